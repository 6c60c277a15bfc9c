package keyauth

import (
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// subschema describes the configs of key-auth and where they may apply.
var subschema = schema.Subschema{
	Fields: []schema.Field{
		schemas.NoConsumer,
		schemas.HTTPProtocols,
		{
			Name: "config", Type: schema.Record, Required: schema.Required,
			Fields: []schema.Field{
				{
					Name: "key_names", Type: schema.Array, Required: schema.Required, Default: []any{"apikey"},
					Elements: &typedef.HeaderName,
				},
				{Name: "hide_credentials", Type: schema.Boolean, Required: schema.Required, Default: false},
				{Name: "anonymous", Type: schema.String},
				{Name: "key_in_header", Type: schema.Boolean, Required: schema.Required, Default: true},
				{Name: "key_in_query", Type: schema.Boolean, Required: schema.Required, Default: true},
				{Name: "key_in_body", Type: schema.Boolean, Required: schema.Required, Default: false},
				{Name: "run_on_preflight", Type: schema.Boolean, Required: schema.Required, Default: true},
				{Name: "realm", Type: schema.String, Required: schema.Optional},
			},
		},
	},
}
