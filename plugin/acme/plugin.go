package acme

import (
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// Plugin declares acme for a node.
func Plugin(node schemas.Node) plugin.Plugin {
	return plugin.Plugin{
		Name: "acme", Priority: 1705, Version: schemas.Version,
		Phases: []plugin.Phase{plugin.Certificate, plugin.Access},
		Schema: subschema(node),
	}
}
