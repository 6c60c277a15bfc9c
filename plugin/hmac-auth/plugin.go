package hmacauth

import (
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// Plugin declares hmac-auth.
var Plugin = plugin.Plugin{
	Name: "hmac-auth", Priority: 1030, Version: schemas.Version,
	Phases: []plugin.Phase{plugin.Access},
	Schema: &subschema,
	Guards: true,
}
