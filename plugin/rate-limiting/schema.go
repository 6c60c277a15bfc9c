package ratelimiting

import (
	"errors"
	"slices"

	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// subschema describes the configs of rate-limiting and where they may apply.
var subschema = schema.Subschema{
	Fields: []schema.Field{
		schemas.HTTPProtocols,
		{
			Name: "config", Type: schema.Record, Required: schema.Required, Validator: validateLimits,
			Fields: slices.Concat(schemas.Periods, []schema.Field{
				{
					Name: "limit_by", Type: schema.String, Default: "consumer",
					OneOf: []any{"consumer", "credential", "ip", "service", "header", "path"},
				},
				typedef.Named("header_name", typedef.HeaderName),
				typedef.Named("path", typedef.Path),
				{
					Name: "policy", Type: schema.String, Default: "local", OneOf: []any{"local", "cluster", "redis"},
					LenMin: new(0),
				},
				{Name: "fault_tolerant", Type: schema.Boolean, Required: schema.Required, Default: true},
				schemas.Redis,
				{Name: "hide_client_headers", Type: schema.Boolean, Required: schema.Required, Default: false},
				{Name: "error_code", Type: schema.Number, Default: 429, GreaterThan: new(0.0)},
				{Name: "error_message", Type: schema.String, Default: "API rate limit exceeded"},
				{Name: "sync_rate", Type: schema.Number, Required: schema.Required, Default: -1},
			}),
			Shorthands: schemas.RedisShorthands,
		},
	},
	Checks: slices.Concat([]schema.Check{schemas.AnyPeriod("config.")}, schemas.RedisChecks, []schema.Check{
		schema.Conditional{
			If: "config.limit_by", IfMatch: schema.Field{Eq: "header"},
			Then: "config.header_name", ThenMatch: schema.Field{Required: schema.Required},
		},
		schema.Conditional{
			If: "config.limit_by", IfMatch: schema.Field{Eq: "path"},
			Then: "config.path", ThenMatch: schema.Field{Required: schema.Required},
		},
	}),
}

// validateLimits demands limits that grow with their periods, and counters that are synchronised only where they can be.
func validateLimits(v any) error {
	config, _ := v.(map[string]any)
	if inverted := schemas.Inverted(config); inverted != "" {
		return errors.New("The " + inverted)
	}
	rate, _ := schema.Float(config["sync_rate"])
	switch {
	case rate != -1 && config["policy"] != "redis":
		return errors.New("sync_rate can only be used with the redis policy")
	case rate != -1 && rate < 0.02:
		return errors.New("sync_rate must be greater than 0.02, or -1 to disable")
	}
	return nil
}
