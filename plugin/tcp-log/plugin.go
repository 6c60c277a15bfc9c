package tcplog

import (
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// Plugin declares tcp-log.
var Plugin = plugin.Plugin{
	Name: "tcp-log", Priority: 7, Version: schemas.Version,
	Phases: []plugin.Phase{plugin.Log},
	Schema: &subschema,
}
