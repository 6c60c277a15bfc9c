package grpcweb

import (
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// subschema describes the configs of grpc-web and where they may apply.
var subschema = schema.Subschema{
	Fields: []schema.Field{
		schemas.Protocols,
		{
			Name: "config", Type: schema.Record, Required: schema.Required,
			Fields: []schema.Field{
				{Name: "proto", Type: schema.String, Required: schema.Optional},
				{Name: "pass_stripped_path", Type: schema.Boolean, Required: schema.Optional},
				{Name: "allow_origin_header", Type: schema.String, Required: schema.Optional, Default: "*"},
			},
		},
	},
}
