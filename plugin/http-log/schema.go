package httplog

import (
	"errors"
	"strings"

	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// subschema describes the configs of http-log and where they may apply.
var subschema = schema.Subschema{
	Fields: []schema.Field{
		schemas.Protocols,
		{
			Name: "config", Type: schema.Record, Required: schema.Required, Validator: validateAuthorization,
			Fields: []schema.Field{
				{
					Name: "http_endpoint", Type: schema.String, Required: schema.Required,
					Validator: typedef.ValidateURL, Referenceable: true, Encrypted: true,
				},
				{Name: "method", Type: schema.String, Default: "POST", OneOf: []any{"POST", "PUT", "PATCH"}},
				{
					Name: "content_type", Type: schema.String, Default: "application/json",
					OneOf: []any{"application/json", "application/json; charset=utf-8"},
				},
				{Name: "timeout", Type: schema.Number, Default: 10000},
				{Name: "keepalive", Type: schema.Number, Default: 60000},
				schemas.RetryCount,
				schemas.QueueSize,
				schemas.FlushTimeout,
				{
					Name: "headers", Type: schema.Map,
					Keys: &schema.Field{
						Type: schema.String,
						MatchNone: []schema.Pattern{
							{Pattern: "^[Hh][Oo][Ss][Tt]$", Err: "cannot contain 'Host' header"},
							{
								Pattern: "^[Cc][Oo][Nn][Tt][Ee][Nn][Tt]%-[Ll][Ee][nn][Gg][Tt][Hh]$",
								Err:     "cannot contain 'Content-Length' header",
							},
							{
								Pattern: "^[Cc][Oo][Nn][Tt][Ee][Nn][Tt]%-[Tt][Yy][Pp][Ee]$",
								Err:     "cannot contain 'Content-Type' header",
							},
						},
						Validator: typedef.ValidateHeaderName,
					},
					Values: &schema.Field{Type: schema.String, Referenceable: true},
				},
				schemas.Queue,
				schemas.CustomFieldsByLua,
			},
		},
	},
}

// validateAuthorization refuses a user in the URL beside a header that says the same thing.
func validateAuthorization(v any) error {
	config, _ := v.(map[string]any)
	endpoint, _ := config["http_endpoint"].(string)
	headers, _ := config["headers"].(map[string]any)
	for name := range headers {
		if strings.EqualFold(name, "Authorization") && hasUser(endpoint) {
			return errors.New("specifying both an 'Authorization' header and user info in 'http_endpoint' is not allowed")
		}
	}
	return nil
}

func hasUser(url string) bool {
	_, authority, found := strings.Cut(url, "://")
	if end := strings.IndexAny(authority, "/?#"); end >= 0 {
		authority = authority[:end]
	}
	return found && strings.Contains(authority, "@")
}
