package cors

import (
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// Plugin declares cors.
var Plugin = plugin.Plugin{
	Name: "cors", Priority: 2000, Version: schemas.Version,
	Phases: []plugin.Phase{plugin.Access, plugin.HeaderFilter},
	Schema: &subschema,
}
