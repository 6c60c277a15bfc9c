package typedef

import "github.com/kongo-gateway/kongo/datastore/schema"

// Named returns f as the member called name.
func Named(name string, f schema.Field) schema.Field {
	f.Name = name
	return f
}

// WithDefault returns f as the member called name that is v where a body does not mention it.
func WithDefault(name string, f schema.Field, v any) schema.Field {
	f.Name, f.Default = name, v
	return f
}

// Mandatory returns f as the member called name that must have a value.
func Mandatory(name string, f schema.Field) schema.Field {
	f.Name, f.Required = name, schema.Required
	return f
}

// MaxTimeout is the longest timeout, in milliseconds.
const MaxTimeout = 1<<31 - 2

// The members that entities begin with.
var (
	ID        = schema.Field{Name: "id", Type: schema.String, UUID: true, Auto: true}
	CreatedAt = schema.Field{Name: "created_at", Type: schema.Integer, Timestamp: true, Auto: true}
	UpdatedAt = schema.Field{Name: "updated_at", Type: schema.Integer, Timestamp: true, Auto: true}

	// Milliseconds matter for targets, whose history is ordered by time.
	CreatedAtMillis = schema.Field{Name: "created_at", Type: schema.Number, Timestamp: true, Auto: true}
	UpdatedAtMillis = schema.Field{Name: "updated_at", Type: schema.Number, Timestamp: true, Auto: true}

	Tags = schema.Field{Name: "tags", Type: schema.Set, Elements: &Tag}
)

// Field types.
var (
	Tag        = schema.Field{Type: schema.String, Required: schema.Required, Validator: validateTag}
	UTF8Name   = schema.Field{Type: schema.String, Unique: true, Validator: ValidateName}
	Host       = schema.Field{Type: schema.String, Validator: ValidateHost}
	IPOrCIDR   = schema.Field{Type: schema.String, Validator: validateIPOrCIDR}
	Port       = schema.Field{Type: schema.Integer, Between: []float64{0, 65535}}
	HeaderName = schema.Field{Type: schema.String, Validator: ValidateHeaderName}
	URL        = schema.Field{Type: schema.String, Validator: ValidateURL}
	UUID       = schema.Field{Type: schema.String, UUID: true}
	HTTPMethod = schema.Field{Type: schema.String, Match: "^%u+$"}
	Timeout    = schema.Field{Type: schema.Integer, Between: []float64{0, MaxTimeout}}

	// WildcardHost is a server name in which one * may stand at either end.
	WildcardHost = schema.Field{Type: schema.String, Validator: ValidateWildcardHost}
	// HostPattern is a name with an optional port in which one * may stand for the leftmost or rightmost label.
	HostPattern = schema.Field{
		Type: schema.String,
		MatchAll: []schema.Pattern{
			{Pattern: "^[^*]*%*?[^*]*$", Err: "invalid wildcard: must have at most one wildcard"},
		},
		MatchAny: &schema.PatternChoice{
			Patterns: []string{"^%*%.", "%.%*$", "^[^*]*$"},
			Err:      "invalid wildcard: must be placed at leftmost or rightmost label",
		},
		Validator: validateHostWithWildcards,
	}
	// HostWithOptionalPort is what a Host header may say.
	HostWithOptionalPort = schema.Field{Type: schema.String, Validator: validateHostWithOptionalPort}

	Path = schema.Field{
		Type: schema.String, StartsWith: "/",
		MatchNone: []schema.Pattern{{Pattern: "//", Err: "must not have empty segments"}},
		Validator: validatePath,
	}

	// Headers maps header names to lists of values.
	Headers = schema.Field{
		Type: schema.Map, Keys: &HeaderName,
		Values: &schema.Field{Type: schema.Array, Elements: &schema.Field{Type: schema.String}},
	}

	// Sources is a set of addresses of the transport layer: an address or block, a port, or both.
	Sources = schema.Field{
		Type: schema.Set,
		Elements: &schema.Field{
			Type:   schema.Record,
			Fields: []schema.Field{Named("ip", IPOrCIDR), Named("port", Port)},
			Checks: []schema.Check{schema.AtLeastOneOf{"ip", "port"}},
		},
	}
)
