package requestsizelimiting

import (
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// Plugin declares request-size-limiting.
var Plugin = plugin.Plugin{
	Name: "request-size-limiting", Priority: 951, Version: schemas.Version,
	Phases: []plugin.Phase{plugin.Access},
	Schema: &subschema,
}
