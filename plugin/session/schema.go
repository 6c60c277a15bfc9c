package session

import (
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// subschema describes the configs of session and where they may apply.
var subschema = schema.Subschema{
	Fields: []schema.Field{
		schemas.NoConsumer,
		schemas.Protocols,
		{
			Name: "config", Type: schema.Record, Required: schema.Required,
			Fields: []schema.Field{
				{
					Name: "secret", Type: schema.String, Required: schema.Optional,
					Default: "5MWMaPNgKtJWc87Tfr5JttKfp1EPb9Gl9dAZKoKrQ5km", Referenceable: true, Encrypted: true,
				},
				{Name: "storage", Type: schema.String, Default: "cookie", OneOf: []any{"cookie", "kong"}},
				{Name: "audience", Type: schema.String, Default: "default"},
				{Name: "idling_timeout", Type: schema.Number, Default: 900},
				{Name: "rolling_timeout", Type: schema.Number, Default: 3600},
				{Name: "absolute_timeout", Type: schema.Number, Default: 86400},
				{Name: "stale_ttl", Type: schema.Number, Default: 10},
				{Name: "cookie_name", Type: schema.String, Default: "session"},
				{Name: "cookie_path", Type: schema.String, Default: "/"},
				{Name: "cookie_domain", Type: schema.String},
				{
					Name: "cookie_same_site", Type: schema.String, Default: "Strict",
					OneOf: []any{"Strict", "Lax", "None", "Default"},
				},
				{Name: "cookie_http_only", Type: schema.Boolean, Default: true},
				{Name: "cookie_secure", Type: schema.Boolean, Default: true},
				{Name: "remember", Type: schema.Boolean, Default: false},
				{Name: "remember_cookie_name", Type: schema.String, Default: "remember"},
				{Name: "remember_rolling_timeout", Type: schema.Number, Default: 604800},
				{Name: "remember_absolute_timeout", Type: schema.Number, Default: 2592000},
				{Name: "response_headers", Type: schema.Set, Elements: &schema.Field{Type: schema.String, OneOf: headers}},
				{Name: "request_headers", Type: schema.Set, Elements: &schema.Field{Type: schema.String, OneOf: headers}},
				{Name: "read_body_for_logout", Type: schema.Boolean, Default: false},
				{
					Name: "logout_methods", Type: schema.Set, Default: []any{"POST", "DELETE"},
					Elements: &schema.Field{Type: schema.String, OneOf: []any{"GET", "POST", "DELETE"}},
				},
				{Name: "logout_query_arg", Type: schema.String, Default: "session_logout"},
				{Name: "logout_post_arg", Type: schema.String, Default: "session_logout"},
			},
			Shorthands: oldNames,
		},
	},
}

// headers are the properties of a session that headers can carry.
var headers = []any{"id", "audience", "subject", "timeout", "idling-timeout", "rolling-timeout", "absolute-timeout"}

// oldNames are settings of the plugin as it was before version 3.2. They win over the new ones.
var oldNames = []schema.Shorthand{
	renamed("cookie_lifetime", schema.Number, "rolling_timeout", same),
	renamed("cookie_idletime", schema.Number, "idling_timeout", zeroForNull),
	{
		Field:  schema.Field{Name: "cookie_renew", Type: schema.Number},
		Expand: func(any) map[string]any { return nil },
	},
	renamed("cookie_discard", schema.Number, "stale_ttl", same),
	renamed("cookie_samesite", schema.String, "cookie_same_site", laxForOff),
	renamed("cookie_httponly", schema.Boolean, "cookie_http_only", same),
	renamed("cookie_persistent", schema.Boolean, "remember", same),
}

func renamed(old string, t schema.Type, name string, value func(any) any) schema.Shorthand {
	return schema.Shorthand{
		Field:  schema.Field{Name: old, Type: t},
		Expand: func(v any) map[string]any { return map[string]any{name: value(v)} },
	}
}

func same(v any) any { return v }

func zeroForNull(v any) any {
	if v == nil {
		return int64(0)
	}
	return v
}

func laxForOff(v any) any {
	if v == "off" {
		return "Lax"
	}
	return v
}
