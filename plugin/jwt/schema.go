package jwt

import (
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// subschema describes the configs of jwt and where they may apply.
var subschema = schema.Subschema{
	Fields: []schema.Field{
		schemas.NoConsumer,
		schemas.HTTPProtocols,
		{
			Name: "config", Type: schema.Record, Required: schema.Required,
			Fields: []schema.Field{
				{
					Name: "uri_param_names", Type: schema.Set, Default: []any{"jwt"},
					Elements: &schema.Field{Type: schema.String},
				},
				{
					Name: "cookie_names", Type: schema.Set, Default: []any{},
					Elements: &schema.Field{Type: schema.String},
				},
				{Name: "key_claim_name", Type: schema.String, Default: "iss"},
				{Name: "secret_is_base64", Type: schema.Boolean, Required: schema.Required, Default: false},
				{
					Name: "claims_to_verify", Type: schema.Set,
					Elements: &schema.Field{Type: schema.String, OneOf: []any{"exp", "nbf"}},
				},
				{Name: "anonymous", Type: schema.String},
				{Name: "run_on_preflight", Type: schema.Boolean, Required: schema.Required, Default: true},
				{Name: "maximum_expiration", Type: schema.Number, Default: 0, Between: []float64{0, 31536000}},
				{
					Name: "header_names", Type: schema.Set, Default: []any{"authorization"},
					Elements: &schema.Field{Type: schema.String},
				},
				{Name: "realm", Type: schema.String, Required: schema.Optional},
			},
		},
	},
	Checks: []schema.Check{
		schema.Conditional{
			If: "config.maximum_expiration", IfMatch: schema.Field{GreaterThan: new(0.0)},
			Then: "config.claims_to_verify", ThenMatch: schema.Field{Contains: "exp"},
		},
	},
}
