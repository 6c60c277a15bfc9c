package iprestriction

import (
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// subschema describes the configs of ip-restriction and where they may apply.
var subschema = schema.Subschema{
	Fields: []schema.Field{
		protocols,
		{
			Name: "config", Type: schema.Record, Required: schema.Required,
			Fields: []schema.Field{
				{Name: "allow", Type: schema.Array, Elements: &typedef.IPOrCIDR},
				{Name: "deny", Type: schema.Array, Elements: &typedef.IPOrCIDR},
				{Name: "status", Type: schema.Number, Required: schema.Optional},
				{Name: "message", Type: schema.String, Required: schema.Optional},
			},
		},
	},
	Checks: []schema.Check{
		schema.AtLeastOneOf{"config.allow", "config.deny"},
	},
}

// protocols are all, with those of streams among the defaults.
var protocols = typedef.WithDefault("protocols", schemas.Protocols, []any{"http", "https", "tcp", "tls", "grpc", "grpcs"})
