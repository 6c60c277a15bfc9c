package jwt

import (
	"errors"

	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// Secrets are what the tokens of consumers are signed with: a secret, or a key pair whose public half is stored.
var Secrets = schema.Entity{
	Name: "jwt_secrets", EndpointKey: "key", CacheKey: []string{"key"}, Workspaceable: true,
	AdminName: "jwts", AdminNestedName: "jwt", Owner: "jwt",
	Fields: []schema.Field{
		typedef.ID,
		typedef.CreatedAt,
		schemas.Consumer,
		{Name: "key", Type: schema.String, Required: schema.Optional, Auto: true, Unique: true},
		{Name: "secret", Type: schema.String, Auto: true},
		{Name: "rsa_public_key", Type: schema.String},
		{
			Name: "algorithm", Type: schema.String, Default: "HS256",
			OneOf: []any{
				"HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512",
				"EdDSA",
			},
		},
		typedef.Tags,
	},
	Checks: []schema.Check{
		schema.Conditional{
			If: "algorithm",
			IfMatch: schema.Field{MatchAny: &schema.PatternChoice{Patterns: []string{
				"^RS256$", "^RS384$", "^RS512$", "^PS256$", "^PS384$", "^PS512$", "^EdDSA$",
			}}},
			Then: "rsa_public_key", ThenMatch: schema.Field{Required: schema.Required, Validator: validateKey},
		},
	},
}

func validateKey(v any) error {
	if typedef.ValidateKey(v) != nil {
		return errors.New("invalid key")
	}
	return nil
}
