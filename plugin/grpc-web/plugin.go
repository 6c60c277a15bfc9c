package grpcweb

import (
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// Plugin declares grpc-web.
var Plugin = plugin.Plugin{
	Name: "grpc-web", Priority: 3, Version: schemas.Version,
	Phases: []plugin.Phase{plugin.Access, plugin.HeaderFilter, plugin.BodyFilter},
	Schema: &subschema,
}
