package correlationid

import (
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// subschema describes the configs of correlation-id and where they may apply.
var subschema = schema.Subschema{
	Fields: []schema.Field{
		schemas.HTTPProtocols,
		{
			Name: "config", Type: schema.Record, Required: schema.Required,
			Fields: []schema.Field{
				{Name: "header_name", Type: schema.String, Default: "Kong-Request-ID"},
				{
					Name: "generator", Type: schema.String, Required: schema.Required, Default: "uuid#counter",
					OneOf: []any{"uuid", "uuid#counter", "tracker"},
				},
				{Name: "echo_downstream", Type: schema.Boolean, Required: schema.Required, Default: false},
			},
		},
	},
}
