package datadog

import (
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// subschema describes the configs of datadog and where they may apply.
var subschema = schema.Subschema{
	Fields: []schema.Field{
		schemas.Protocols,
		{
			Name: "config", Type: schema.Record, Required: schema.Required,
			Fields: []schema.Field{
				{
					Name: "host", Type: schema.String, Default: "localhost", Validator: typedef.ValidateHost,
					Referenceable: true,
				},
				typedef.WithDefault("port", typedef.Port, 8125),
				{Name: "prefix", Type: schema.String, Default: "kong"},
				{Name: "service_name_tag", Type: schema.String, Default: "name"},
				{Name: "status_tag", Type: schema.String, Default: "status"},
				{Name: "consumer_tag", Type: schema.String, Default: "consumer"},
				schemas.RetryCount,
				schemas.QueueSize,
				schemas.FlushTimeout,
				schemas.Queue,
				{
					Name: "metrics", Type: schema.Array, Required: schema.Required, Default: metrics,
					Elements: &schema.Field{
						Type: schema.Record,
						Fields: []schema.Field{
							{
								Name: "name", Type: schema.String, Required: schema.Required,
								OneOf: []any{
									"kong_latency", "latency", "request_count", "request_size", "response_size",
									"upstream_latency",
								},
							},
							{
								Name: "stat_type", Type: schema.String, Required: schema.Required,
								OneOf: []any{
									"counter", "gauge", "histogram", "meter", "set", "timer", "distribution",
								},
							},
							{
								Name: "tags", Type: schema.Array,
								Elements: &schema.Field{Type: schema.String, Match: "^.*[^:]$"},
							},
							{Name: "sample_rate", Type: schema.Number, Between: []float64{0, 1}},
							{
								Name: "consumer_identifier", Type: schema.String,
								OneOf: []any{"consumer_id", "custom_id", "username"},
							},
						},
						Checks: []schema.Check{
							schema.Conditional{
								If: "stat_type", IfMatch: schema.Field{OneOf: []any{"counter", "gauge"}},
								Then: "sample_rate", ThenMatch: schema.Field{Required: schema.Required},
							},
						},
					},
				},
			},
		},
	},
}

// metrics are sent where a config names none.
var metrics = []any{
	map[string]any{
		"name": "request_count", "stat_type": "counter", "sample_rate": 1, "tags": []any{"app:kong"},
		"consumer_identifier": "custom_id",
	},
	timer("latency"),
	timer("request_size"),
	timer("response_size"),
	timer("upstream_latency"),
	timer("kong_latency"),
}

func timer(name string) map[string]any {
	return map[string]any{
		"name": name, "stat_type": "timer", "tags": []any{"app:kong"}, "consumer_identifier": "custom_id",
	}
}
