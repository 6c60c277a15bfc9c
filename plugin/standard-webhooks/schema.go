package standardwebhooks

import (
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// subschema describes the configs of standard-webhooks and where they may apply.
var subschema = schema.Subschema{
	Fields: []schema.Field{
		schemas.NoConsumer,
		schemas.HTTPProtocols,
		{
			Name: "config", Type: schema.Record, Required: schema.Required,
			Fields: []schema.Field{
				{
					Name: "secret_v1", Type: schema.String, Required: schema.Required, Referenceable: true,
					Encrypted: true,
				},
				{
					Name: "tolerance_second", Type: schema.Integer, Required: schema.Required, Default: 300,
					GreaterThan: new(-1.0),
				},
			},
		},
	},
}
