package standardwebhooks

import (
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// Plugin declares standard-webhooks.
var Plugin = plugin.Plugin{
	Name: "standard-webhooks", Priority: 760, Version: schemas.Version,
	Phases: []plugin.Phase{plugin.Access},
	Schema: &subschema,
	Guards: true,
}
