package airesponsetransformer

import (
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// Plugin declares ai-response-transformer.
var Plugin = plugin.Plugin{
	Name: "ai-response-transformer", Priority: 768, Version: schemas.Version,
	Phases: []plugin.Phase{plugin.Access},
	Schema: &subschema,
}
