package hmacauth

import (
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// subschema describes the configs of hmac-auth and where they may apply.
var subschema = schema.Subschema{
	Fields: []schema.Field{
		schemas.NoConsumer,
		schemas.HTTPProtocols,
		{
			Name: "config", Type: schema.Record, Required: schema.Required,
			Fields: []schema.Field{
				{Name: "hide_credentials", Type: schema.Boolean, Required: schema.Required, Default: false},
				{Name: "clock_skew", Type: schema.Number, Default: 300, GreaterThan: new(0.0)},
				{Name: "anonymous", Type: schema.String},
				{Name: "validate_request_body", Type: schema.Boolean, Required: schema.Required, Default: false},
				{
					Name: "enforce_headers", Type: schema.Array, Default: []any{},
					Elements: &schema.Field{Type: schema.String},
				},
				{
					Name: "algorithms", Type: schema.Array,
					Default: []any{"hmac-sha1", "hmac-sha256", "hmac-sha384", "hmac-sha512"},
					Elements: &schema.Field{
						Type: schema.String, OneOf: []any{"hmac-sha1", "hmac-sha256", "hmac-sha384", "hmac-sha512"},
					},
				},
				{Name: "realm", Type: schema.String, Required: schema.Optional},
			},
		},
	},
}
