package tcplog

import (
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// subschema describes the configs of tcp-log and where they may apply.
var subschema = schema.Subschema{
	Fields: []schema.Field{
		schemas.Protocols,
		{
			Name: "config", Type: schema.Record, Required: schema.Required,
			Fields: []schema.Field{
				typedef.Mandatory("host", typedef.Host),
				typedef.Mandatory("port", typedef.Port),
				{Name: "timeout", Type: schema.Number, Default: 10000},
				{Name: "keepalive", Type: schema.Number, Default: 60000},
				{Name: "tls", Type: schema.Boolean, Required: schema.Required, Default: false},
				{Name: "tls_sni", Type: schema.String},
				schemas.CustomFieldsByLua,
			},
		},
	},
}
