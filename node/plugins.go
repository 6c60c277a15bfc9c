package node

import (
	"slices"
	"strings"

	"github.com/kongo-gateway/kongo/admin"
	"github.com/kongo-gateway/kongo/cassandra"
	"github.com/kongo-gateway/kongo/conf"
	"github.com/kongo-gateway/kongo/datastore/entity"
	"github.com/kongo-gateway/kongo/datastore/kong28"
	"github.com/kongo-gateway/kongo/datastore/migration"
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/plugin/bundled"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// installed returns the plugins that the setting `plugins` enables and that kongo has, and the names of those that it lacks.
func installed(config *conf.Config) (enabled []plugin.Plugin, missing []string) {
	all := bundled.Plugins(schemas.Node{DBLess: config.String("database") == "off", Zones: sharedZones(config)})
	names := make([]string, len(all))
	for i := range all {
		names[i] = all[i].Name
	}
	for _, name := range config.LoadedPlugins(names) {
		if i := slices.Index(names, name); i >= 0 {
			enabled = append(enabled, all[i])
		} else {
			missing = append(missing, name)
		}
	}
	return enabled, missing
}

// sharedZones names the memory zones that a directive adds to those that are always there. Plugins can be told to use one.
func sharedZones(config *conf.Config) []string {
	words := strings.Fields(config.String("nginx_http_lua_shared_dict"))
	if len(words) == 0 {
		return nil
	}
	return words[:1]
}

// newModel describes the entities of a node on a database of some form: those of the core, and those of all bundled plugins,
// so that rows of a plugin that is switched off stay where they are.
func newModel(config *conf.Config, form migration.Form) (*schema.Model, *plugin.Registry, error) {
	enabled, _ := installed(config)
	registry, err := plugin.NewRegistry(enabled...)
	if err != nil {
		return nil, nil, err
	}
	entities := slices.Concat(
		entity.Core(entity.Options{
			RouterFlavor: routerFlavor(config, form),
			Plugins:      registry.Schemas(),
			Vaults:       map[string]*schema.Subschema{"env": &entity.EnvVault},
		}),
		bundled.Entities(),
	)
	switch {
	case form == migration.Kong28:
		entities = kong28.Entities(entities)
	case config.String("database") == "cassandra":
		entities = cassandra.Entities(entities)
	}
	model, err := schema.NewModel(entities...)
	return model, registry, err
}

// describe returns plugins as GET / lists them.
func describe(enabled *plugin.Registry) map[string]admin.Plugin {
	described := map[string]admin.Plugin{}
	for _, name := range enabled.Names() {
		p := enabled.Plugin(name)
		described[name] = admin.Plugin{Version: p.Version, Priority: p.Priority, Runs: p.New != nil}
	}
	return described
}
