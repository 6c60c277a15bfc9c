package keyauth

import (
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// Plugin declares key-auth.
var Plugin = plugin.Plugin{
	Name: "key-auth", Priority: 1250, Version: schemas.Version,
	Phases: []plugin.Phase{plugin.Access},
	Schema: &subschema,
	Guards: true,
}
