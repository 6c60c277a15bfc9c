package entity

import "github.com/kongo-gateway/kongo/datastore/schema"

// Options say which variant of the descriptions a node uses.
type Options struct {
	// RouterFlavor is traditional, traditional_compatible or expressions; the last has routes of another form.
	RouterFlavor string
	// Plugins and Vaults are the config schemas of what is installed, by name.
	Plugins map[string]*schema.Subschema
	Vaults  map[string]*schema.Subschema
}

// Core returns the entities of the core, parents before children.
func Core(opts Options) []*schema.Entity {
	return []*schema.Entity{
		&workspaces,
		&consumers,
		&certificates,
		&services,
		routesFor(opts.RouterFlavor),
		&snis,
		&upstreams,
		&targets,
		withSubschemas(&plugins, opts.Plugins),
		&tags,
		&caCertificates,
		&clusteringDataPlanes,
		&parameters,
		withSubschemas(&vaults, opts.Vaults),
		&keySets,
		&keys,
		&filterChains,
	}
}

func withSubschemas(e *schema.Entity, subschemas map[string]*schema.Subschema) *schema.Entity {
	variant := *e
	variant.Subschemas = subschemas
	return &variant
}
