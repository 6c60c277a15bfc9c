package aiprompttemplate

import (
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// subschema describes the configs of ai-prompt-template and where they may apply.
var subschema = schema.Subschema{
	Fields: []schema.Field{
		schemas.HTTPProtocols,
		{
			Name: "config", Type: schema.Record, Required: schema.Required,
			Fields: []schema.Field{
				{
					Name: "templates", Type: schema.Array, Required: schema.Required,
					Elements: &schema.Field{
						Type: schema.Record, Required: schema.Required,
						Fields: []schema.Field{
							{Name: "name", Type: schema.String, Required: schema.Required},
							{Name: "template", Type: schema.String, Required: schema.Required},
						},
					},
				},
				{Name: "allow_untemplated_requests", Type: schema.Boolean, Required: schema.Required, Default: true},
				{Name: "log_original_request", Type: schema.Boolean, Required: schema.Required, Default: false},
				schemas.MaxRequestBodySize,
			},
		},
	},
}
