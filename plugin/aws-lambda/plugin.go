package awslambda

import (
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// Plugin declares aws-lambda.
var Plugin = plugin.Plugin{
	Name: "aws-lambda", Priority: 750, Version: schemas.Version,
	Phases: []plugin.Phase{plugin.Access, plugin.HeaderFilter},
	Schema: &subschema,
}
