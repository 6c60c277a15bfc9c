package loggly

import (
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// subschema describes the configs of loggly and where they may apply.
var subschema = schema.Subschema{
	Fields: []schema.Field{
		schemas.Protocols,
		{
			Name: "config", Type: schema.Record, Required: schema.Required,
			Fields: []schema.Field{
				typedef.WithDefault("host", typedef.Host, "logs-01.loggly.com"),
				typedef.WithDefault("port", typedef.Port, 514),
				{Name: "key", Type: schema.String, Required: schema.Required, Referenceable: true, Encrypted: true},
				{Name: "tags", Type: schema.Set, Default: []any{"kong"}, Elements: &schema.Field{Type: schema.String}},
				{Name: "log_level", Type: schema.String, Default: "info", OneOf: schemas.Severities},
				{Name: "successful_severity", Type: schema.String, Default: "info", OneOf: schemas.Severities},
				{Name: "client_errors_severity", Type: schema.String, Default: "info", OneOf: schemas.Severities},
				{Name: "server_errors_severity", Type: schema.String, Default: "info", OneOf: schemas.Severities},
				{Name: "timeout", Type: schema.Number, Default: 10000},
				schemas.CustomFieldsByLua,
			},
		},
	},
}
