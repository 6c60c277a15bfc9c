package aiproxy

import (
	"slices"

	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// subschema describes the configs of ai-proxy and where they may apply.
var subschema = schema.Subschema{
	Fields: []schema.Field{
		schemas.HTTPProtocols,
		{
			Name: "config", Type: schema.Record, Required: schema.Required,
			Fields: slices.Concat(schemas.LLMFields, []schema.Field{
				{
					Name: "response_streaming", Type: schema.String, Required: schema.Optional, Default: "allow",
					OneOf: []any{"allow", "deny", "always"},
				},
				schemas.MaxRequestBodySize,
				{Name: "model_name_header", Type: schema.Boolean, Default: true},
				schemas.LLMFormat,
			}),
			Checks: schemas.LLMChecks,
		},
	},
	Checks: []schema.Check{
		schema.Conditional{
			If: "config.llm_format", IfMatch: schema.Field{OneOf: []any{"bedrock", "gemini"}},
			Then: "config.route_type", ThenMatch: schema.Field{Eq: "llm/v1/chat"},
			ThenErr: "native provider options in llm_format can only be used with the 'llm/v1/chat' route_type",
		},
		native("bedrock"),
		native("gemini"),
	},
}

// native demands the provider whose own format the clients speak.
func native(provider string) schema.Check {
	return schema.Conditional{
		If: "config.llm_format", IfMatch: schema.Field{Eq: provider},
		Then: "config.model.provider", ThenMatch: schema.Field{Eq: provider},
		ThenErr: "native llm_format '" + provider + "' can only be used with the '" + provider + "' model.provider",
	}
}
