package responseratelimiting

import (
	"errors"

	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// subschema describes the configs of response-ratelimiting and where they may apply.
var subschema = schema.Subschema{
	Fields: []schema.Field{
		schemas.HTTPProtocols,
		{
			Name: "config", Type: schema.Record, Required: schema.Required,
			Fields: []schema.Field{
				{Name: "header_name", Type: schema.String, Default: "x-kong-limit"},
				{
					Name: "limit_by", Type: schema.String, Default: "consumer",
					OneOf: []any{"consumer", "credential", "ip"},
				},
				{Name: "policy", Type: schema.String, Default: "local", OneOf: []any{"local", "cluster", "redis"}},
				{Name: "fault_tolerant", Type: schema.Boolean, Required: schema.Required, Default: true},
				schemas.Redis,
				{Name: "block_on_first_violation", Type: schema.Boolean, Required: schema.Required, Default: false},
				{Name: "hide_client_headers", Type: schema.Boolean, Required: schema.Required, Default: false},
				{
					Name: "limits", Type: schema.Map, Required: schema.Required, LenMin: new(1),
					Keys: &schema.Field{Type: schema.String},
					Values: &schema.Field{
						Type: schema.Record, Required: schema.Required, Validator: validateLimits,
						Fields: schemas.Periods,
						Checks: []schema.Check{schemas.AnyPeriod("")},
					},
				},
			},
			Shorthands: schemas.RedisShorthands,
		},
	},
	Checks: schemas.RedisChecks,
}

// validateLimits demands limits that grow with their periods.
func validateLimits(v any) error {
	limits, _ := v.(map[string]any)
	if inverted := schemas.Inverted(limits); inverted != "" {
		return errors.New("the " + inverted)
	}
	return nil
}
