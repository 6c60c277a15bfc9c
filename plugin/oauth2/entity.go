package oauth2

import (
	"fmt"
	"strings"

	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// Credentials are the applications of consumers. The secret of an application can be stored as its hash.
var Credentials = schema.Entity{
	Name: "oauth2_credentials", EndpointKey: "client_id", CacheKey: []string{"client_id"}, Workspaceable: true,
	AdminName: "oauth2", Owner: "oauth2",
	Fields: []schema.Field{
		typedef.ID,
		typedef.CreatedAt,
		schemas.Consumer,
		{Name: "name", Type: schema.String, Required: schema.Required},
		{Name: "client_id", Type: schema.String, Required: schema.Optional, Auto: true, Unique: true},
		{Name: "client_secret", Type: schema.String, Required: schema.Optional, Auto: true, Encrypted: true},
		{Name: "hash_secret", Type: schema.Boolean, Required: schema.Required, Default: false},
		{
			Name: "redirect_uris", Type: schema.Array, Required: schema.Optional,
			Elements: &schema.Field{Type: schema.String, Validator: validateRedirect},
		},
		typedef.Tags,
		{
			Name: "client_type", Type: schema.String, Required: schema.Required, Default: "confidential",
			OneOf: []any{"confidential", "public"},
		},
	},
	Transformations: []schema.Transformation{{
		Input: []string{"hash_secret"}, Needs: []string{"client_secret"},
		OnWrite: func(row map[string]any) (map[string]any, error) {
			if row["hash_secret"] != true {
				return nil, nil
			}
			secret, _ := row["client_secret"].(string)
			hash, err := hashSecret(secret)
			if err != nil {
				return nil, err
			}
			return map[string]any{"client_secret": hash}, nil
		},
	}},
}

// AuthorizationCodes are given to applications, which exchange them for tokens.
var AuthorizationCodes = schema.Entity{
	Name: "oauth2_authorization_codes", Workspaceable: true, TTL: true, NoAdmin: true, NoExport: true, Owner: "oauth2",
	Fields: []schema.Field{
		typedef.ID,
		typedef.CreatedAt,
		service,
		credential,
		{Name: "code", Type: schema.String, Required: schema.Optional, Auto: true, Unique: true},
		{Name: "authenticated_userid", Type: schema.String, Required: schema.Optional},
		{Name: "scope", Type: schema.String},
		{Name: "challenge", Type: schema.String, Required: schema.Optional},
		{Name: "challenge_method", Type: schema.String, Required: schema.Optional, OneOf: []any{"S256"}},
		{Name: "plugin", Type: schema.Foreign, Default: schema.Null, Reference: "plugins", OnDelete: schema.Cascade},
	},
}

// Tokens are what requests are authenticated by.
var Tokens = schema.Entity{
	Name: "oauth2_tokens", EndpointKey: "access_token", CacheKey: []string{"access_token"}, Workspaceable: true, TTL: true,
	Owner: "oauth2",
	Fields: []schema.Field{
		typedef.ID,
		typedef.CreatedAt,
		service,
		credential,
		{Name: "token_type", Type: schema.String, Required: schema.Required, Default: "bearer", OneOf: []any{"bearer"}},
		{Name: "expires_in", Type: schema.Integer, Required: schema.Required},
		{Name: "access_token", Type: schema.String, Required: schema.Optional, Auto: true, Unique: true},
		{Name: "refresh_token", Type: schema.String, Required: schema.Optional, Unique: true},
		{Name: "authenticated_userid", Type: schema.String, Required: schema.Optional},
		{Name: "scope", Type: schema.String},
	},
}

var (
	service = schema.Field{
		Name: "service", Type: schema.Foreign, Default: schema.Null, Reference: "services", OnDelete: schema.Cascade,
	}
	credential = schema.Field{
		Name: "credential", Type: schema.Foreign, Required: schema.Required, Reference: "oauth2_credentials",
		OnDelete: schema.Cascade,
	}
)

// validateRedirect demands an absolute URL without fragment.
func validateRedirect(v any) error {
	uri := v.(string)
	switch {
	case typedef.ValidateURL(uri) != nil:
		return fmt.Errorf("cannot parse '%s'", uri)
	case strings.Contains(uri, "#"):
		return fmt.Errorf("fragment not allowed in '%s'", uri)
	}
	return nil
}
