package statsd

import (
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// subschema describes the configs of statsd and where they may apply.
var subschema = schema.Subschema{
	Fields: []schema.Field{
		schemas.Protocols,
		{
			Name: "config", Type: schema.Record, Required: schema.Required,
			Fields: []schema.Field{
				typedef.WithDefault("host", typedef.Host, "localhost"),
				typedef.WithDefault("port", typedef.Port, 8125),
				{Name: "prefix", Type: schema.String, Default: "kong"},
				{
					Name: "metrics", Type: schema.Array, Default: metrics,
					Elements: &schema.Field{
						Type: schema.Record,
						Fields: []schema.Field{
							{
								Name: "name", Type: schema.String, Required: schema.Required,
								OneOf: []any{
									"kong_latency", "latency", "request_count", "request_per_user", "request_size",
									"response_size", "status_count", "status_count_per_user", "unique_users",
									"upstream_latency", "status_count_per_workspace",
									"status_count_per_user_per_route", "shdict_usage",
								},
							},
							{
								Name: "stat_type", Type: schema.String, Required: schema.Required,
								OneOf: []any{"counter", "gauge", "histogram", "meter", "set", "timer"},
							},
							{Name: "sample_rate", Type: schema.Number, GreaterThan: new(0.0)},
							{
								Name: "consumer_identifier", Type: schema.String,
								OneOf: consumerIdentifiers,
							},
							{
								Name: "service_identifier", Type: schema.String,
								OneOf: serviceIdentifiers,
							},
							{
								Name: "workspace_identifier", Type: schema.String,
								OneOf: workspaceIdentifiers,
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
				{
					Name: "allow_status_codes", Type: schema.Array,
					Elements: &schema.Field{Type: schema.String, Match: "^[0-9]+-[0-9]+$"},
				},
				{Name: "udp_packet_size", Type: schema.Number, Default: 0, Between: []float64{0, 65507}},
				{Name: "use_tcp", Type: schema.Boolean, Default: false},
				{Name: "hostname_in_prefix", Type: schema.Boolean, Default: false},
				{
					Name: "consumer_identifier_default", Type: schema.String, Required: schema.Required,
					Default: "custom_id", OneOf: consumerIdentifiers,
				},
				{
					Name: "service_identifier_default", Type: schema.String, Required: schema.Required,
					Default: "service_name_or_host", OneOf: serviceIdentifiers,
				},
				{
					Name: "workspace_identifier_default", Type: schema.String, Required: schema.Required,
					Default: "workspace_id", OneOf: workspaceIdentifiers,
				},
				schemas.RetryCount,
				schemas.QueueSize,
				schemas.FlushTimeout,
				{
					Name: "tag_style", Type: schema.String, Required: schema.Optional,
					OneOf: []any{"dogstatsd", "influxdb", "librato", "signalfx"},
				},
				schemas.Queue,
			},
		},
	},
}

var (
	consumerIdentifiers  = []any{"consumer_id", "custom_id", "username"}
	serviceIdentifiers   = []any{"service_id", "service_name", "service_host", "service_name_or_host"}
	workspaceIdentifiers = []any{"workspace_id", "workspace_name"}
)

// metrics are sent where a config names none.
var metrics = []any{
	counter("request_count"),
	timer("latency"),
	counter("request_size"),
	counter("status_count"),
	counter("response_size"),
	map[string]any{"name": "unique_users", "stat_type": "set"},
	counter("request_per_user"),
	timer("upstream_latency"),
	timer("kong_latency"),
	counter("status_count_per_user"),
	counter("status_count_per_workspace"),
	counter("status_count_per_user_per_route"),
	map[string]any{"name": "shdict_usage", "sample_rate": 1, "stat_type": "gauge"},
}

func counter(name string) map[string]any {
	return map[string]any{"name": name, "sample_rate": 1, "stat_type": "counter"}
}

func timer(name string) map[string]any { return map[string]any{"name": name, "stat_type": "timer"} }
