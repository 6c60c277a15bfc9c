package entity

import (
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
)

// workspaces divide the entities of a database. There is one, called default; its id differs from database to database.
var workspaces = schema.Entity{
	Name: "workspaces", EndpointKey: "name", CacheKey: []string{"name"}, NoAdmin: true,
	Fields: []schema.Field{
		typedef.ID,
		{
			Name: "name", Type: schema.String, Required: schema.Required, Unique: true, LenMin: &one,
			NotOneOf: []any{
				"workspaces", "consumers", "certificates", "services", "routes", "snis", "upstreams", "targets", "plugins",
				"tags", "ca_certificates", "clustering_data_planes", "parameters", "vaults", "key_sets", "keys", "filter_chains",
			},
			Validator: typedef.ValidateName,
		},
		{Name: "comment", Type: schema.String},
		typedef.CreatedAt,
		typedef.UpdatedAt,
		{Name: "meta", Type: schema.Record, Required: schema.Required, Fields: []schema.Field{}},
		{Name: "config", Type: schema.Record, Required: schema.Required, Fields: []schema.Field{}},
	},
}

// tags are derived from the entities that bear them and can't be written.
var tags = schema.Entity{
	Name: "tags", EndpointKey: "tag", Internal: true, NoExport: true,
	Fields: []schema.Field{
		typedef.Named("tag", typedef.Tag),
		{Name: "entity_name", Type: schema.String, Required: schema.Required},
		{Name: "entity_id", Type: schema.String, Required: schema.Required, UUID: true, Auto: true},
	},
}

// parameters are settings that the nodes of a cluster share, such as the cluster's id.
var parameters = schema.Entity{
	Name: "parameters", CacheKey: []string{"key"}, NoAdmin: true, Internal: true,
	Fields: []schema.Field{
		typedef.CreatedAt,
		{Name: "key", Type: schema.String, Required: schema.Required, Unique: true},
		{Name: "value", Type: schema.String, Required: schema.Required},
	},
}

// clusteringDataPlanes are the nodes that a control plane has heard of.
var clusteringDataPlanes = schema.Entity{
	Name: "clustering_data_planes", TTL: true, NoAdmin: true, NoExport: true, AdminName: "clustering/data-planes",
	Fields: []schema.Field{
		{Name: "id", Type: schema.String, Required: schema.Required, UUID: true, Auto: true},
		{Name: "last_seen", Type: schema.Integer, Timestamp: true, Auto: true},
		typedef.UpdatedAt,
		{Name: "ip", Type: schema.String, Required: schema.Required, Validator: typedef.ValidateIP},
		{Name: "config_hash", Type: schema.String, LenEq: &configHashLength},
		{Name: "hostname", Type: schema.String, Required: schema.Required, Validator: typedef.ValidateHost},
		{
			Name: "version", Type: schema.String,
			MatchNone: []schema.Pattern{{Pattern: "%.%.", Err: "must not have empty version segments"}},
			MatchAny: &schema.PatternChoice{
				Patterns: []string{"^%d+[%.%d]*$", "^%d+[%.%d]*%-?.*$"},
				Err:      "invalid version number: must be in format of X.Y.Z",
			},
		},
		{
			Name: "sync_status", Type: schema.String, Required: schema.Required, Default: "unknown",
			OneOf: []any{
				"unknown", "normal", "kong_version_incompatible", "plugin_set_incompatible",
				"plugin_version_incompatible", "filter_set_incompatible",
			},
		},
		{
			Name: "labels", Type: schema.Map,
			Keys: &schema.Field{Type: schema.String}, Values: &schema.Field{Type: schema.String},
		},
		{
			Name: "cert_details", Type: schema.Record, Required: schema.Required,
			Fields: []schema.Field{
				{Name: "expiry_timestamp", Type: schema.Number, Required: schema.Optional, Timestamp: true},
			},
		},
		{Name: "rpc_capabilities", Type: schema.Set, Elements: &schema.Field{Type: schema.String}},
	},
}

var configHashLength = 32
