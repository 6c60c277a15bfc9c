package aipromptdecorator

import (
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// Plugin declares ai-prompt-decorator.
var Plugin = plugin.Plugin{
	Name: "ai-prompt-decorator", Priority: 772, Version: schemas.Version,
	Phases: []plugin.Phase{plugin.Access},
	Schema: &subschema,
}
