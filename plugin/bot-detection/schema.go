package botdetection

import (
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// subschema describes the configs of bot-detection and where they may apply.
var subschema = schema.Subschema{
	Fields: []schema.Field{
		schemas.NoConsumer,
		schemas.HTTPProtocols,
		{
			Name: "config", Type: schema.Record, Required: schema.Required,
			Fields: []schema.Field{
				{
					Name: "allow", Type: schema.Array, Default: []any{},
					Elements: &schema.Field{Type: schema.String, IsRegex: true},
				},
				{
					Name: "deny", Type: schema.Array, Default: []any{},
					Elements: &schema.Field{Type: schema.String, IsRegex: true},
				},
			},
		},
	},
}
