package aipromptguard

import (
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// Plugin declares ai-prompt-guard.
var Plugin = plugin.Plugin{
	Name: "ai-prompt-guard", Priority: 771, Version: schemas.Version,
	Phases: []plugin.Phase{plugin.Access},
	Schema: &subschema,
	Guards: true,
}
