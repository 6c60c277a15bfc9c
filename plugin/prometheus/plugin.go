package prometheus

import (
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// Plugin declares prometheus.
var Plugin = plugin.Plugin{
	Name: "prometheus", Priority: 13, Version: schemas.Version,
	Phases: []plugin.Phase{plugin.Log},
	Schema: &subschema,
}
