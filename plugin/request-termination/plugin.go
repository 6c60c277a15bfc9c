package requesttermination

import (
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// Plugin declares request-termination.
var Plugin = plugin.Plugin{
	Name: "request-termination", Priority: 2, Version: schemas.Version,
	Phases: []plugin.Phase{plugin.Access},
	Schema: &subschema,
	Guards: true,
}
