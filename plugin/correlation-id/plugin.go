package correlationid

import (
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// Plugin declares correlation-id.
var Plugin = plugin.Plugin{
	Name: "correlation-id", Priority: 100001, Version: schemas.Version,
	Phases: []plugin.Phase{plugin.Access, plugin.HeaderFilter},
	Schema: &subschema,
}
