package entity

import (
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
)

// plugins are the configured uses of a plugin: for everything, or for the route, service and consumer that are set. The
// config is described by the plugin itself, in the subschema of its name.
var plugins = schema.Entity{
	Name: "plugins", EndpointKey: "instance_name", CacheKey: []string{"name", "route", "service", "consumer"},
	CacheKeyFirst: true, Workspaceable: true, CoreCache: true,
	SubschemaKey: "name",
	SubschemaErr: "plugin '%s' not enabled; add it to the 'plugins' configuration property",
	Fields: []schema.Field{
		typedef.ID,
		{Name: "name", Type: schema.String, Required: schema.Required},
		typedef.Named("instance_name", typedef.UTF8Name),
		typedef.CreatedAt,
		typedef.UpdatedAt,
		{Name: "route", Type: schema.Foreign, Default: schema.Null, Reference: "routes", OnDelete: schema.Cascade},
		{Name: "service", Type: schema.Foreign, Default: schema.Null, Reference: "services", OnDelete: schema.Cascade},
		{Name: "consumer", Type: schema.Foreign, Default: schema.Null, Reference: "consumers", OnDelete: schema.Cascade},
		{Name: "config", Type: schema.Record, Abstract: true},
		{
			Name: "protocols", Type: schema.Set, Required: schema.Required, Default: []any{"grpc", "grpcs", "http", "https"},
			Elements: &schema.Field{Type: schema.String, OneOf: protocolNames},
		},
		{Name: "enabled", Type: schema.Boolean, Required: schema.Required, Default: true},
		typedef.Tags,
	},
}
