package session

import (
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// Plugin declares session.
var Plugin = plugin.Plugin{
	Name: "session", Priority: 1900, Version: schemas.Version,
	Phases: []plugin.Phase{plugin.Access, plugin.HeaderFilter},
	Schema: &subschema,
}
