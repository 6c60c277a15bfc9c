package ratelimiting

import (
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// Plugin declares rate-limiting.
var Plugin = plugin.Plugin{
	Name: "rate-limiting", Priority: 910, Version: schemas.Version,
	Phases: []plugin.Phase{plugin.Access},
	Schema: &subschema,
}
