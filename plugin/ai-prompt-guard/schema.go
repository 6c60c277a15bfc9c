package aipromptguard

import (
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// subschema describes the configs of ai-prompt-guard and where they may apply.
var subschema = schema.Subschema{
	Fields: []schema.Field{
		schemas.HTTPProtocols,
		{
			Name: "config", Type: schema.Record, Required: schema.Required,
			Fields: []schema.Field{
				{
					Name: "allow_patterns", Type: schema.Array, Required: schema.Optional, LenMax: new(10),
					Elements: &schema.Field{Type: schema.String, LenMin: new(1), LenMax: new(500)},
				},
				{
					Name: "deny_patterns", Type: schema.Array, Required: schema.Optional, LenMax: new(10),
					Elements: &schema.Field{Type: schema.String, LenMin: new(1), LenMax: new(500)},
				},
				{
					Name: "allow_all_conversation_history", Type: schema.Boolean, Required: schema.Required,
					Default: false,
				},
				schemas.MaxRequestBodySize,
				{Name: "match_all_roles", Type: schema.Boolean, Required: schema.Required, Default: false},
				schemas.LLMFormat,
			},
		},
	},
	Checks: []schema.Check{
		schema.AtLeastOneOf{"config.allow_patterns", "config.deny_patterns"},
		schema.Conditional{
			If: "config.match_all_roles", IfMatch: schema.Field{Eq: true},
			Then: "config.allow_all_conversation_history", ThenMatch: schema.Field{Eq: false},
		},
	},
}
