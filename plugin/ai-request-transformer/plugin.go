package airequesttransformer

import (
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// Plugin declares ai-request-transformer.
var Plugin = plugin.Plugin{
	Name: "ai-request-transformer", Priority: 777, Version: schemas.Version,
	Phases: []plugin.Phase{plugin.Access},
	Schema: &subschema,
}
