package aiprompttemplate

import (
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// Plugin declares ai-prompt-template.
var Plugin = plugin.Plugin{
	Name: "ai-prompt-template", Priority: 773, Version: schemas.Version,
	Phases: []plugin.Phase{plugin.Access},
	Schema: &subschema,
}
