package syslog

import (
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// Plugin declares syslog.
var Plugin = plugin.Plugin{
	Name: "syslog", Priority: 4, Version: schemas.Version,
	Phases: []plugin.Phase{plugin.Log},
	Schema: &subschema,
}
