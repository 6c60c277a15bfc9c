package requesttransformer

import (
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// Plugin declares request-transformer.
var Plugin = plugin.Plugin{
	Name: "request-transformer", Priority: 801, Version: schemas.Version,
	Phases: []plugin.Phase{plugin.Access},
	Schema: &subschema,
}
