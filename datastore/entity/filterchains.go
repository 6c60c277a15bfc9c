package entity

import (
	"errors"

	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
)

// filterChains are WebAssembly filters of a route or service. kongo runs none, so no filter can be named.
var filterChains = schema.Entity{
	Name: "filter_chains", EndpointKey: "name", CacheKey: []string{"route", "service"}, Workspaceable: true,
	AdminName: "filter-chains",
	Fields: []schema.Field{
		typedef.ID,
		typedef.Named("name", typedef.UTF8Name),
		{Name: "enabled", Type: schema.Boolean, Required: schema.Required, Default: true},
		{
			Name: "route", Type: schema.Foreign, Default: schema.Null, Unique: true, Reference: "routes",
			OnDelete: schema.Cascade,
		},
		{
			Name: "service", Type: schema.Foreign, Default: schema.Null, Unique: true, Reference: "services",
			OnDelete: schema.Cascade,
		},
		{
			Name: "filters", Type: schema.Array, Required: schema.Required, LenMin: &one,
			Elements: &schema.Field{
				Type: schema.Record,
				Fields: []schema.Field{
					{Name: "name", Type: schema.String, Required: schema.Required, OneOf: []any{}, Err: "no such filter"},
					{Name: "enabled", Type: schema.Boolean, Required: schema.Required, Default: true},
					{
						Name: "config", Type: schema.JSON, Required: schema.Optional,
						JSONSchema: &schema.JSONSchema{
							Namespace: "proxy-wasm-filters", ParentSubschemaKey: "name", Optional: true,
						},
					},
				},
			},
		},
		typedef.CreatedAt,
		typedef.UpdatedAt,
		typedef.Tags,
	},
	Checks: []schema.Check{
		schema.MutuallyExclusive{"service", "route"},
		schema.AtLeastOneOf{"service", "route"},
		schema.CustomCheck{
			Fields: []string{"filters"}, RunWithInvalid: true,
			Check: func(map[string]any) error { return errors.New("wasm support is not enabled") },
		},
	},
}
