package opentelemetry

import (
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// Plugin declares opentelemetry.
var Plugin = plugin.Plugin{
	Name: "opentelemetry", Priority: 14, Version: schemas.Version,
	Phases: []plugin.Phase{plugin.Access, plugin.HeaderFilter, plugin.Log},
	Schema: &subschema,
}
