package responseratelimiting

import (
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// Plugin declares response-ratelimiting.
var Plugin = plugin.Plugin{
	Name: "response-ratelimiting", Priority: 900, Version: schemas.Version,
	Phases: []plugin.Phase{plugin.Access, plugin.HeaderFilter, plugin.Log},
	Schema: &subschema,
}
