package redirect

import (
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// subschema describes the configs of redirect and where they may apply.
var subschema = schema.Subschema{
	Fields: []schema.Field{
		schemas.HTTPProtocols,
		{
			Name: "config", Type: schema.Record, Required: schema.Required,
			Fields: []schema.Field{
				{
					Name: "status_code", Type: schema.Integer, Required: schema.Required, Default: 301,
					Between: []float64{100, 599},
				},
				typedef.Mandatory("location", typedef.URL),
				{Name: "keep_incoming_path", Type: schema.Boolean, Default: false},
			},
		},
	},
}
