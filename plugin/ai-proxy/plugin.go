package aiproxy

import (
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// Plugin declares ai-proxy.
var Plugin = plugin.Plugin{
	Name: "ai-proxy", Priority: 770, Version: schemas.Version,
	Phases: []plugin.Phase{plugin.Access, plugin.HeaderFilter, plugin.BodyFilter},
	Schema: &subschema,
}
