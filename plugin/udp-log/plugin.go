package udplog

import (
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// Plugin declares udp-log.
var Plugin = plugin.Plugin{
	Name: "udp-log", Priority: 8, Version: schemas.Version,
	Phases: []plugin.Phase{plugin.Log},
	Schema: &subschema,
}
