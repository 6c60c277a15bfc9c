package proxycache

import (
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// Plugin declares proxy-cache for a node.
func Plugin(node schemas.Node) plugin.Plugin {
	return plugin.Plugin{
		Name: "proxy-cache", Priority: 100, Version: schemas.Version,
		Phases: []plugin.Phase{plugin.Access, plugin.HeaderFilter, plugin.BodyFilter},
		Schema: subschema(node),
	}
}
