package aipromptdecorator

import (
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// subschema describes the configs of ai-prompt-decorator and where they may apply.
var subschema = schema.Subschema{
	Fields: []schema.Field{
		schemas.HTTPProtocols,
		{
			Name: "config", Type: schema.Record, Required: schema.Required,
			Fields: []schema.Field{
				{
					Name: "prompts", Type: schema.Record, Required: schema.Optional,
					Fields: []schema.Field{messages("prepend"), messages("append")},
				},
				schemas.MaxRequestBodySize,
				schemas.LLMFormat,
			},
		},
	},
	Checks: []schema.Check{schema.AtLeastOneOf{"config.prompts.prepend", "config.prompts.append"}},
}

// messages is a part of a chat.
func messages(name string) schema.Field {
	return schema.Field{
		Name: name, Type: schema.Array, Required: schema.Optional, LenMax: new(15),
		Elements: &schema.Field{
			Type: schema.Record, Required: schema.Optional,
			Fields: []schema.Field{
				{
					Name: "role", Type: schema.String, Required: schema.Required, Default: "system",
					OneOf: []any{"system", "assistant", "user"},
				},
				{Name: "content", Type: schema.String, Required: schema.Required, LenMin: new(1), LenMax: new(500)},
			},
		},
	}
}
