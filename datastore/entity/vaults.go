package entity

import (
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
)

// vaults are the configured sources of secrets. The config is described by the vault itself, in the subschema of its name.
var vaults = schema.Entity{
	Name: "vaults", Table: "sm_vaults", EndpointKey: "prefix", CacheKey: []string{"prefix"},
	Workspaceable: true, CoreCache: true,
	SubschemaKey: "name",
	SubschemaErr: "vault '%s' is not installed",
	Fields: []schema.Field{
		typedef.ID,
		{
			Name: "prefix", Type: schema.String, Required: schema.Required, Unique: true, UniqueAcrossWorkspaces: true,
			NotOneOf: []any{"env"}, Match: "^[a-z][a-z%d-]-[a-z%d]+$",
		},
		{Name: "name", Type: schema.String, Required: schema.Required},
		{Name: "description", Type: schema.String},
		{Name: "config", Type: schema.Record, Abstract: true},
		typedef.CreatedAt,
		typedef.UpdatedAt,
		typedef.Tags,
	},
}

// EnvVault describes the vault that reads environment variables.
var EnvVault = schema.Subschema{
	Fields: []schema.Field{{
		Name: "config", Type: schema.Record, Required: schema.Required,
		Fields: []schema.Field{{Name: "prefix", Type: schema.String, Match: "^[%a_-][%a%d_-]*$"}},
	}},
}
