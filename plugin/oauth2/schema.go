package oauth2

import (
	"errors"
	"strings"

	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// subschema describes the configs of oauth2 and where they may apply.
var subschema = schema.Subschema{
	Fields: []schema.Field{
		schemas.NoConsumer,
		schemas.HTTPProtocols,
		{
			Name: "config", Type: schema.Record, Required: schema.Required, Validator: validateGrants,
			Fields: []schema.Field{
				{Name: "scopes", Type: schema.Array, Elements: &schema.Field{Type: schema.String}},
				{Name: "mandatory_scope", Type: schema.Boolean, Required: schema.Required, Default: false},
				{
					Name: "provision_key", Type: schema.String, Required: schema.Required, Auto: true, Unique: true,
					Encrypted: true,
				},
				{Name: "token_expiration", Type: schema.Number, Required: schema.Required, Default: 7200},
				{Name: "enable_authorization_code", Type: schema.Boolean, Required: schema.Required, Default: false},
				{Name: "enable_implicit_grant", Type: schema.Boolean, Required: schema.Required, Default: false},
				{Name: "enable_client_credentials", Type: schema.Boolean, Required: schema.Required, Default: false},
				{Name: "enable_password_grant", Type: schema.Boolean, Required: schema.Required, Default: false},
				{Name: "hide_credentials", Type: schema.Boolean, Required: schema.Required, Default: false},
				{
					Name: "accept_http_if_already_terminated", Type: schema.Boolean, Required: schema.Required,
					Default: false,
				},
				{Name: "anonymous", Type: schema.String},
				{Name: "global_credentials", Type: schema.Boolean, Required: schema.Required, Default: false},
				{Name: "auth_header_name", Type: schema.String, Default: "authorization"},
				{
					Name: "refresh_token_ttl", Type: schema.Number, Required: schema.Required, Default: 1209600,
					Between: []float64{0, 100000000},
				},
				{Name: "reuse_refresh_token", Type: schema.Boolean, Required: schema.Required, Default: false},
				{
					Name: "pkce", Type: schema.String, Required: schema.Optional, Default: "lax",
					OneOf: []any{"none", "lax", "strict"},
				},
				{Name: "realm", Type: schema.String, Required: schema.Optional},
			},
			Checks: []schema.Check{
				schema.Conditional{
					If: "mandatory_scope", IfMatch: schema.Field{Eq: true},
					Then: "scopes", ThenMatch: schema.Field{Required: schema.Required},
				},
			},
		},
	},
}

var grants = []string{
	"enable_authorization_code", "enable_implicit_grant", "enable_client_credentials", "enable_password_grant",
}

// validateGrants demands that there is a way to get a token.
func validateGrants(v any) error {
	config, _ := v.(map[string]any)
	for _, grant := range grants {
		if config[grant] == true {
			return nil
		}
	}
	return errors.New("at least one of these fields must be true: " + strings.Join(grants, ", "))
}
