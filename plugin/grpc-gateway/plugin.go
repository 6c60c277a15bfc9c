package grpcgateway

import (
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// Plugin declares grpc-gateway.
var Plugin = plugin.Plugin{
	Name: "grpc-gateway", Priority: 998, Version: schemas.Version,
	Phases: []plugin.Phase{plugin.Access, plugin.HeaderFilter, plugin.BodyFilter},
	Schema: &subschema,
}
