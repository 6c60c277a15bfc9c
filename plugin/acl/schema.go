package acl

import (
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// subschema describes the configs of acl and where they may apply.
var subschema = schema.Subschema{
	Fields: []schema.Field{
		schemas.NoConsumer,
		schemas.HTTPProtocols,
		{
			Name: "config", Type: schema.Record, Required: schema.Required,
			Fields: []schema.Field{
				{Name: "allow", Type: schema.Array, Elements: &schema.Field{Type: schema.String}},
				{Name: "deny", Type: schema.Array, Elements: &schema.Field{Type: schema.String}},
				{Name: "hide_groups_header", Type: schema.Boolean, Required: schema.Required, Default: false},
				{
					Name: "always_use_authenticated_groups", Type: schema.Boolean, Required: schema.Required,
					Default: false,
				},
			},
		},
	},
	Checks: []schema.Check{
		schema.OnlyOneOf{"config.allow", "config.deny"},
		schema.AtLeastOneOf{"config.allow", "config.deny"},
	},
}
