package requesttransformer

import (
	"slices"

	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// subschema describes the configs of request-transformer and where they may apply.
var subschema = schema.Subschema{
	Fields: []schema.Field{
		schemas.Protocols,
		{
			Name: "config", Type: schema.Record, Required: schema.Required,
			Fields: []schema.Field{
				{Name: "http_method", Type: schema.String, Match: "^%u+$"},
				edit("remove", name, headerName, name),
				edit("rename", pair, headerNames, pair),
				edit("replace", pair, headerPair, pair, schema.Field{Name: "uri", Type: schema.String}),
				edit("add", pair, headerPair, pair),
				edit("append", pair, headerPair, pair),
			},
		},
	},
}

// What the entries of the lists may be.
var (
	name        = schema.Field{Type: schema.String}
	pair        = schema.Field{Type: schema.String, Validator: validatePair}
	headerName  = schema.Field{Type: schema.String, Validator: schemas.ValidateHeaderPair}
	headerPair  = schema.Field{Type: schema.String, Match: "^[^:]+:.*$", Validator: schemas.ValidateHeaderPair}
	headerNames = schema.Field{Type: schema.String, Match: "^[^:]+:.*$", Validator: schemas.ValidateHeaderNames}
)

// edit is the record of one kind of change, with a list for each part of the request.
func edit(kind string, body, headers, query schema.Field, more ...schema.Field) schema.Field {
	return schema.Field{
		Name: kind, Type: schema.Record, Required: schema.Required,
		Fields: slices.Concat([]schema.Field{list("body", body), list("headers", headers), list("querystring", query)}, more),
	}
}

func list(part string, entry schema.Field) schema.Field {
	return schema.Field{Name: part, Type: schema.Array, Required: schema.Required, Default: []any{}, Elements: &entry}
}
