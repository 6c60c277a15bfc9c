package prefunction

import (
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// Plugin declares pre-function.
var Plugin = plugin.Plugin{
	Name: "pre-function", Priority: 1000000, Version: schemas.Version,
	Phases: []plugin.Phase{
		plugin.Certificate, plugin.Rewrite, plugin.Access, plugin.HeaderFilter, plugin.BodyFilter, plugin.Log,
	},
	Schema: &subschema,
	Guards: true,
}
