package airequesttransformer

import (
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// subschema describes the configs of ai-request-transformer and where they may apply.
var subschema = schema.Subschema{
	Fields: []schema.Field{schemas.NoConsumer, schemas.HTTPProtocols, schemas.LLMTransformer()},
	Checks: schemas.LLMTransformerChecks,
}
