package airesponsetransformer

import (
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// subschema describes the configs of ai-response-transformer and where they may apply.
var subschema = schema.Subschema{
	Fields: []schema.Field{
		schemas.HTTPProtocols,
		schemas.LLMTransformer(schema.Field{
			Name: "parse_llm_response_json_instructions", Type: schema.Boolean, Required: schema.Required, Default: false,
		}),
	},
	Checks: schemas.LLMTransformerChecks,
}
