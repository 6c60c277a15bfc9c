package responsetransformer

import (
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// Plugin declares response-transformer.
var Plugin = plugin.Plugin{
	Name: "response-transformer", Priority: 800, Version: schemas.Version,
	Phases: []plugin.Phase{plugin.HeaderFilter, plugin.BodyFilter},
	Schema: &subschema,
}
