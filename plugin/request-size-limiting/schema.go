package requestsizelimiting

import (
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// subschema describes the configs of request-size-limiting and where they may apply.
var subschema = schema.Subschema{
	Fields: []schema.Field{
		schemas.HTTPProtocols,
		{
			Name: "config", Type: schema.Record, Required: schema.Required,
			Fields: []schema.Field{
				{Name: "allowed_payload_size", Type: schema.Integer, Default: 128},
				{
					Name: "size_unit", Type: schema.String, Required: schema.Required, Default: "megabytes",
					OneOf: []any{"megabytes", "kilobytes", "bytes"},
				},
				{Name: "require_content_length", Type: schema.Boolean, Required: schema.Required, Default: false},
			},
		},
	},
}
