package responsetransformer

import (
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// subschema describes the configs of response-transformer and where they may apply.
var subschema = schema.Subschema{
	Fields: []schema.Field{
		schemas.HTTPProtocols,
		{
			Name: "config", Type: schema.Record, Required: schema.Required,
			Fields: []schema.Field{
				edit("remove", list("json", name), list("headers", name)),
				edit("rename", list("json", pair), list("headers", headerNames)),
				edit("replace", list("json", pair), list("json_types", jsonType), list("headers", pair)),
				edit("add", list("json", pair), list("json_types", jsonType), list("headers", pair)),
				edit("append", list("json", pair), list("json_types", jsonType), list("headers", pair)),
			},
		},
	},
}

// What the entries of the lists may be.
var (
	name        = schema.Field{Type: schema.String}
	pair        = schema.Field{Type: schema.String, Match: "^[^:]+:.*$"}
	headerNames = schema.Field{Type: schema.String, Match: "^[^:]+:.*$", Validator: schemas.ValidateHeaderNames}
	jsonType    = schema.Field{Type: schema.String, OneOf: []any{"boolean", "number", "string"}}
)

// edit is the record of one kind of change, with a list for each part of the response.
func edit(kind string, lists ...schema.Field) schema.Field {
	return schema.Field{Name: kind, Type: schema.Record, Required: schema.Required, Fields: lists}
}

func list(part string, entry schema.Field) schema.Field {
	return schema.Field{Name: part, Type: schema.Array, Required: schema.Required, Default: []any{}, Elements: &entry}
}
