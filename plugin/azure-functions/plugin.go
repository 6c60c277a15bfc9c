package azurefunctions

import (
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// Plugin declares azure-functions.
var Plugin = plugin.Plugin{
	Name: "azure-functions", Priority: 749, Version: schemas.Version,
	Phases: []plugin.Phase{plugin.Access},
	Schema: &subschema,
}
