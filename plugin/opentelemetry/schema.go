package opentelemetry

import (
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// subschema describes the configs of opentelemetry and where they may apply.
var subschema = schema.Subschema{
	Fields: []schema.Field{
		schemas.HTTPProtocols,
		{
			Name: "config", Type: schema.Record, Required: schema.Required,
			Fields: []schema.Field{
				{Name: "traces_endpoint", Type: schema.String, Validator: typedef.ValidateURL, Referenceable: true},
				{Name: "logs_endpoint", Type: schema.String, Validator: typedef.ValidateURL, Referenceable: true},
				{
					Name: "headers", Type: schema.Map, Keys: &typedef.HeaderName,
					Values: &schema.Field{Type: schema.String, Referenceable: true},
				},
				{
					Name: "resource_attributes", Type: schema.Map,
					Keys:   &schema.Field{Type: schema.String, Required: schema.Required},
					Values: &schema.Field{Type: schema.String, Required: schema.Required},
				},
				// Batches are larger than those of log entries.
				typedef.WithDefault("queue", schemas.Queue, map[string]any{"max_batch_size": 200}),
				schemas.Outdated("batch_span_count", schema.Integer, 200),
				schemas.Outdated("batch_flush_delay", schema.Integer, 3),
				typedef.WithDefault("connect_timeout", typedef.Timeout, 1000),
				typedef.WithDefault("send_timeout", typedef.Timeout, 5000),
				typedef.WithDefault("read_timeout", typedef.Timeout, 5000),
				{Name: "http_response_header_for_traceid", Type: schema.String},
				schemas.OldHeaderType("header_type", schema.Optional, "preserve",
					"preserve", "ignore", "b3", "b3-single", "w3c", "jaeger", "ot", "aws", "gcp", "datadog"),
				{Name: "sampling_rate", Type: schema.Number, Required: schema.Optional, Between: []float64{0, 1}},
				schemas.Propagation("w3c"),
			},
			Checks:     []schema.Check{schema.AtLeastOneOf{"traces_endpoint", "logs_endpoint"}},
			Shorthands: []schema.Shorthand{endpoint},
		},
	},
}

// endpoint is the name that traces_endpoint had while there were traces only.
var endpoint = schema.Shorthand{
	Field: schema.Field{
		Name: "endpoint", Type: schema.String, Validator: typedef.ValidateURL, Referenceable: true,
		Deprecation: &schema.Deprecation{RemovalInVersion: schemas.Removal},
	},
	Expand: func(v any) map[string]any { return map[string]any{"traces_endpoint": v} },
}
