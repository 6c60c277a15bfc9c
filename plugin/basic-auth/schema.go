package basicauth

import (
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// subschema describes the configs of basic-auth and where they may apply.
var subschema = schema.Subschema{
	Fields: []schema.Field{
		schemas.NoConsumer,
		schemas.HTTPProtocols,
		{
			Name: "config", Type: schema.Record, Required: schema.Required,
			Fields: []schema.Field{
				{Name: "anonymous", Type: schema.String},
				{Name: "hide_credentials", Type: schema.Boolean, Required: schema.Required, Default: false},
				{Name: "realm", Type: schema.String, Required: schema.Required, Default: "service"},
			},
		},
	},
}
