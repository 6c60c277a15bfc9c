package acl

import (
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// Plugin declares acl.
var Plugin = plugin.Plugin{
	Name: "acl", Priority: 950, Version: schemas.Version,
	Phases: []plugin.Phase{plugin.Access},
	Schema: &subschema,
	Guards: true,
}
