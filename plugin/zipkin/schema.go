package zipkin

import (
	"fmt"

	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// subschema describes the configs of zipkin and where they may apply.
var subschema = schema.Subschema{
	Fields: []schema.Field{
		schemas.Protocols,
		{
			Name: "config", Type: schema.Record, Required: schema.Required,
			Fields: []schema.Field{
				{Name: "local_service_name", Type: schema.String, Required: schema.Required, Default: "kong"},
				typedef.Named("http_endpoint", typedef.URL),
				{Name: "sample_ratio", Type: schema.Number, Default: 0.001, Between: []float64{0, 1}},
				{Name: "default_service_name", Type: schema.String},
				{Name: "include_credential", Type: schema.Boolean, Required: schema.Required, Default: true},
				{
					Name: "traceid_byte_count", Type: schema.Integer, Required: schema.Required, Default: 16,
					OneOf: []any{8, 16},
				},
				schemas.OldHeaderType("header_type", schema.Required, "preserve",
					"preserve", "ignore", "b3", "b3-single", "w3c", "jaeger", "ot", "aws", "datadog", "gcp"),
				schemas.OldHeaderType("default_header_type", schema.Required, "b3",
					"b3", "b3-single", "w3c", "jaeger", "ot", "aws", "datadog", "gcp"),
				{Name: "tags_header", Type: schema.String, Required: schema.Required, Default: "Zipkin-Tags"},
				{
					Name: "static_tags", Type: schema.Array, Validator: validateTags,
					Elements: &schema.Field{
						Type: schema.Record,
						Fields: []schema.Field{
							{
								Name: "name", Type: schema.String, Required: schema.Required,
								NotOneOf: []any{
									"error", "http.method", "http.path", "http.status_code", "kong.balancer.state",
									"kong.balancer.try", "kong.consumer", "kong.credential", "kong.node.id",
									"kong.route", "kong.service", "lc", "peer.hostname",
								},
							},
							{Name: "value", Type: schema.String, Required: schema.Required},
						},
					},
				},
				{
					Name: "http_span_name", Type: schema.String, Required: schema.Required, Default: "method",
					OneOf: []any{"method", "method_path"},
				},
				typedef.WithDefault("connect_timeout", typedef.Timeout, 2000),
				typedef.WithDefault("send_timeout", typedef.Timeout, 5000),
				typedef.WithDefault("read_timeout", typedef.Timeout, 5000),
				{Name: "http_response_header_for_traceid", Type: schema.String},
				{
					Name: "phase_duration_flavor", Type: schema.String, Required: schema.Required,
					Default: "annotations", OneOf: []any{"annotations", "tags"},
				},
				schemas.Queue,
				schemas.Propagation("b3"),
			},
		},
	},
}

// validateTags refuses to set a tag twice.
func validateTags(v any) error {
	list, _ := v.([]any)
	seen := make(map[any]bool, len(list))
	for _, element := range list {
		tag, _ := element.(map[string]any)
		name := tag["name"]
		if seen[name] {
			return fmt.Errorf("repeated tags are not allowed: %v", name)
		}
		seen[name] = true
	}
	return nil
}
