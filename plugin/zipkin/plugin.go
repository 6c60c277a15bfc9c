package zipkin

import (
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// Plugin declares zipkin.
var Plugin = plugin.Plugin{
	Name: "zipkin", Priority: 100000, Version: schemas.Version,
	Phases: []plugin.Phase{plugin.Access, plugin.HeaderFilter, plugin.BodyFilter, plugin.Log},
	Schema: &subschema,
}
