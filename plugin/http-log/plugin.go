package httplog

import (
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// Plugin declares http-log.
var Plugin = plugin.Plugin{
	Name: "http-log", Priority: 12, Version: schemas.Version,
	Phases: []plugin.Phase{plugin.Log},
	Schema: &subschema,
}
