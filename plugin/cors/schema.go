package cors

import (
	"fmt"

	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// subschema describes the configs of cors and where they may apply.
var subschema = schema.Subschema{
	Fields: []schema.Field{
		schemas.NoConsumer,
		schemas.HTTPProtocols,
		{
			Name: "config", Type: schema.Record, Required: schema.Required,
			Fields: []schema.Field{
				{
					Name: "origins", Type: schema.Array,
					Elements: &schema.Field{Type: schema.String, Validator: validateOrigin},
				},
				{Name: "headers", Type: schema.Array, Elements: &schema.Field{Type: schema.String}},
				{Name: "exposed_headers", Type: schema.Array, Elements: &schema.Field{Type: schema.String}},
				{
					Name: "methods", Type: schema.Array, Default: methods,
					Elements: &schema.Field{Type: schema.String, OneOf: methods},
				},
				{Name: "max_age", Type: schema.Number},
				{Name: "credentials", Type: schema.Boolean, Required: schema.Required, Default: false},
				{Name: "private_network", Type: schema.Boolean, Required: schema.Required, Default: false},
				{Name: "preflight_continue", Type: schema.Boolean, Required: schema.Required, Default: false},
			},
		},
	},
}

var methods = []any{"GET", "HEAD", "PUT", "PATCH", "POST", "DELETE", "OPTIONS", "TRACE", "CONNECT"}

// validateOrigin admits * for all origins, or a regular expression.
func validateOrigin(v any) error {
	if v != "*" && schema.CompileRegex(v.(string)) != nil {
		return fmt.Errorf("'%s' is not a valid regex", v)
	}
	return nil
}
