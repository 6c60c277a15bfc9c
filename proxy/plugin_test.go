package proxy_test

import (
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/plugin"
)

// described returns plugins that can be configured, with any config, but not run.
func described(names ...string) (plugins []plugin.Plugin) {
	for _, name := range names {
		plugins = append(plugins, plugin.Plugin{Name: name, Priority: 1000, Version: "3.9.1", Schema: anyConfig()})
	}
	return plugins
}

func anyConfig() *schema.Subschema {
	return &schema.Subschema{Fields: []schema.Field{{
		Name: "config", Type: schema.Record, Required: schema.Required,
		Fields: []schema.Field{{Name: "word", Type: schema.String}},
	}}}
}
