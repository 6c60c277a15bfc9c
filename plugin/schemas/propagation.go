package schemas

import (
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
)

// Propagation is the record that says which headers carry a trace from one hop to the next.
func Propagation(defaultFormat string) schema.Field {
	return schema.Field{
		Name: "propagation", Type: schema.Record, Required: schema.Required,
		Default: map[string]any{"default_format": defaultFormat},
		Fields: []schema.Field{
			{
				Name: "extract", Type: schema.Array,
				Elements: &schema.Field{
					Type: schema.String, OneOf: []any{"datadog", "b3", "gcp", "jaeger", "aws", "ot", "w3c"},
				},
			},
			{Name: "clear", Type: schema.Array, Elements: &typedef.HeaderName},
			{
				Name: "inject", Type: schema.Array,
				Elements: &schema.Field{
					Type:  schema.String,
					OneOf: []any{"preserve", "datadog", "b3", "gcp", "b3-single", "jaeger", "aws", "ot", "w3c"},
				},
			},
			{
				Name: "default_format", Type: schema.String, Required: schema.Required,
				OneOf: []any{"datadog", "b3", "gcp", "b3-single", "jaeger", "aws", "ot", "w3c"},
			},
		},
	}
}

// OldHeaderType is a setting that Propagation took over.
func OldHeaderType(name string, required schema.Presence, value string, choices ...any) schema.Field {
	return schema.Field{
		Name: name, Type: schema.String, Required: required, Default: value, OneOf: choices,
		Deprecation: &schema.Deprecation{RemovalInVersion: Removal, OldDefault: value},
	}
}
