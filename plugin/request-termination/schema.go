package requesttermination

import (
	"errors"

	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// subschema describes the configs of request-termination and where they may apply.
var subschema = schema.Subschema{
	Fields: []schema.Field{
		schemas.HTTPProtocols,
		{
			Name: "config", Type: schema.Record, Required: schema.Required,
			Validator: validateAnswer,
			Fields: []schema.Field{
				{
					Name: "status_code", Type: schema.Integer, Required: schema.Required, Default: 503,
					Between: []float64{100, 599},
				},
				{Name: "message", Type: schema.String},
				{Name: "content_type", Type: schema.String},
				{Name: "body", Type: schema.String},
				{Name: "echo", Type: schema.Boolean, Required: schema.Required, Default: false},
				typedef.Named("trigger", typedef.HeaderName),
			},
		},
	},
}

// validateAnswer refuses contradictory ways to say what the answer is.
func validateAnswer(v any) error {
	config, _ := v.(map[string]any)
	body, contentType := config["body"] != nil, config["content_type"] != nil
	switch {
	case config["message"] != nil && (contentType || body):
		return errors.New("message cannot be used with content_type or body")
	case contentType && !body:
		return errors.New("content_type requires a body")
	case config["echo"] == true && body:
		return errors.New("echo cannot be used with content_type and body")
	}
	return nil
}
