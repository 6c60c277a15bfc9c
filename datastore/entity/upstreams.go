package entity

import (
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
)

var hashKinds = []any{"none", "consumer", "ip", "header", "cookie", "path", "query_arg", "uri_capture"}

var upstreams = schema.Entity{
	Name: "upstreams", EndpointKey: "name", Workspaceable: true, CoreCache: true,
	Fields: []schema.Field{
		typedef.ID,
		typedef.CreatedAt,
		{Name: "name", Type: schema.String, Required: schema.Required, Unique: true, Validator: validateUpstreamName},
		typedef.UpdatedAt,
		{
			Name: "algorithm", Type: schema.String, Default: "round-robin",
			OneOf: []any{"consistent-hashing", "least-connections", "round-robin", "latency"},
		},
		{Name: "hash_on", Type: schema.String, Default: "none", OneOf: hashKinds},
		{Name: "hash_fallback", Type: schema.String, Default: "none", OneOf: hashKinds},
		typedef.Named("hash_on_header", typedef.HeaderName),
		typedef.Named("hash_fallback_header", typedef.HeaderName),
		{Name: "hash_on_cookie", Type: schema.String, Validator: typedef.ValidateToken},
		typedef.WithDefault("hash_on_cookie_path", typedef.Path, "/"),
		{Name: "hash_on_query_arg", Type: schema.String, LenMin: &one},
		{Name: "hash_fallback_query_arg", Type: schema.String, LenMin: &one},
		{Name: "hash_on_uri_capture", Type: schema.String, LenMin: &one},
		{Name: "hash_fallback_uri_capture", Type: schema.String, LenMin: &one},
		{Name: "slots", Type: schema.Integer, Default: 10000, Between: []float64{10, 1 << 16}, NotNull: true},
		healthchecks,
		typedef.Tags,
		typedef.Named("host_header", typedef.HostWithOptionalPort),
		{Name: "client_certificate", Type: schema.Foreign, Reference: "certificates"},
		{Name: "use_srv_name", Type: schema.Boolean, Default: false},
	},
	Checks: []schema.Check{
		hashNeeds("hash_on", "header", "hash_on_header"),
		hashNeeds("hash_fallback", "header", "hash_fallback_header"),
		hashNeeds("hash_on", "cookie", "hash_on_cookie"),
		hashNeeds("hash_fallback", "cookie", "hash_on_cookie"),
		fallbackOf("none", "none"),
		fallbackOf("cookie", "none"),
		fallbackOf("consumer", "none", "ip", "header", "cookie", "path", "query_arg", "uri_capture"),
		fallbackOf("ip", "none", "consumer", "header", "cookie", "path", "query_arg", "uri_capture"),
		fallbackOf("path", "none", "consumer", "header", "cookie", "query_arg", "ip", "uri_capture"),
		schema.Distinct{"hash_on_header", "hash_fallback_header"},
		hashNeeds("hash_on", "query_arg", "hash_on_query_arg"),
		hashNeeds("hash_fallback", "query_arg", "hash_fallback_query_arg"),
		schema.Distinct{"hash_on_query_arg", "hash_fallback_query_arg"},
		hashNeeds("hash_on", "uri_capture", "hash_on_uri_capture"),
		hashNeeds("hash_fallback", "uri_capture", "hash_fallback_uri_capture"),
		schema.Distinct{"hash_on_uri_capture", "hash_fallback_uri_capture"},
	},
	Shorthands: []schema.Shorthand{
		{Field: schema.Field{Name: "algorithm", Type: schema.String}, Expand: expandAlgorithm},
		{Field: schema.Field{Name: "hash_on", Type: schema.String}, Expand: expandHashOn},
	},
}

// hashNeeds demands the field that names what is hashed.
func hashNeeds(field, kind, needs string) schema.Check {
	return schema.Conditional{
		If: field, IfMatch: schema.Field{Match: "^" + kind + "$"},
		Then: needs, ThenMatch: schema.Field{Required: schema.Required},
	}
}

// fallbackOf limits hash_fallback for one kind of hash_on.
func fallbackOf(hashOn string, fallbacks ...any) schema.Check {
	return schema.Conditional{
		If: "hash_on", IfMatch: schema.Field{Match: "^" + hashOn + "$"},
		Then: "hash_fallback", ThenMatch: schema.Field{OneOf: fallbacks},
	}
}

// expandAlgorithm clears hash_on for the algorithms that do not hash.
func expandAlgorithm(v any) map[string]any {
	if v == "least-connections" || v == "latency" {
		return map[string]any{"algorithm": v, "hash_on": nil}
	}
	return map[string]any{"algorithm": v}
}

// expandHashOn chooses the algorithm that hash_on asks for.
func expandHashOn(v any) map[string]any {
	switch v {
	case nil:
		return map[string]any{"hash_on": "none"}
	case "none":
		return map[string]any{"hash_on": v, "algorithm": "round-robin"}
	}
	return map[string]any{"hash_on": v, "algorithm": "consistent-hashing"}
}
