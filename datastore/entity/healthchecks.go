package entity

import (
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
)

var (
	probeTypes = []any{"tcp", "http", "https", "grpc", "grpcs"}

	passiveHealthy = []any{
		200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305, 306, 307, 308,
	}
	passiveUnhealthy = []any{429, 500, 503}
	activeHealthy    = []any{200, 302}
	activeUnhealthy  = []any{429, 404, 500, 501, 502, 503, 504, 505}
)

// healthchecks is the record of an upstream that says how its targets are watched. Its default is spelled out once more at
// every level, because a body may leave out any of them.
var healthchecks = schema.Field{
	Name: "healthchecks", Type: schema.Record, Required: schema.Required,
	Default: map[string]any{"passive": passiveDefault, "active": activeDefault},
	Fields: []schema.Field{
		{
			Name: "passive", Type: schema.Record, Required: schema.Required, Default: passiveDefault,
			Fields: []schema.Field{
				{Name: "type", Type: schema.String, Default: "http", OneOf: probeTypes},
				{
					Name: "unhealthy", Type: schema.Record, Required: schema.Required, Default: passiveDefault["unhealthy"],
					Fields: []schema.Field{
						counter("timeouts"),
						counter("http_failures"),
						statuses(passiveUnhealthy),
						counter("tcp_failures"),
					},
				},
				{
					Name: "healthy", Type: schema.Record, Required: schema.Required, Default: passiveDefault["healthy"],
					Fields: []schema.Field{
						statuses(passiveHealthy),
						counter("successes"),
					},
				},
			},
		},
		{
			Name: "active", Type: schema.Record, Required: schema.Required, Default: activeDefault,
			Fields: []schema.Field{
				{Name: "concurrency", Type: schema.Integer, Default: 10, Between: []float64{1, 1 << 31}},
				{
					Name: "healthy", Type: schema.Record, Required: schema.Required, Default: activeDefault["healthy"],
					Fields: []schema.Field{
						statuses(activeHealthy),
						seconds("interval", 0),
						counter("successes"),
					},
				},
				{
					Name: "unhealthy", Type: schema.Record, Required: schema.Required, Default: activeDefault["unhealthy"],
					Fields: []schema.Field{
						counter("timeouts"),
						counter("http_failures"),
						seconds("interval", 0),
						statuses(activeUnhealthy),
						counter("tcp_failures"),
					},
				},
				{Name: "type", Type: schema.String, Default: "http", OneOf: probeTypes},
				{Name: "https_sni", Type: schema.String, Required: schema.Optional, Validator: typedef.ValidateSNI},
				{Name: "https_verify_certificate", Type: schema.Boolean, Required: schema.Required, Default: true},
				{
					Name: "headers", Type: schema.Map, Required: schema.Optional,
					Keys: typedef.Headers.Keys, Values: typedef.Headers.Values,
				},
				typedef.WithDefault("http_path", typedef.Path, "/"),
				seconds("timeout", 1),
			},
		},
		{Name: "threshold", Type: schema.Number, Default: 0, Between: []float64{0, 100}},
	},
}

var passiveDefault = map[string]any{
	"type":      "http",
	"unhealthy": map[string]any{"timeouts": 0, "http_failures": 0, "http_statuses": passiveUnhealthy, "tcp_failures": 0},
	"healthy":   map[string]any{"http_statuses": passiveHealthy, "successes": 0},
}

var activeDefault = map[string]any{
	"concurrency":              10,
	"https_verify_certificate": true,
	"type":                     "http",
	"healthy":                  map[string]any{"interval": 0, "http_statuses": activeHealthy, "successes": 0},
	"unhealthy": map[string]any{
		"timeouts": 0, "http_failures": 0, "http_statuses": activeUnhealthy, "interval": 0, "tcp_failures": 0,
	},
	"http_path": "/",
	"timeout":   1,
}

// counter is a number of reports after which the state changes; 0 switches it off.
func counter(name string) schema.Field {
	return schema.Field{Name: name, Type: schema.Integer, Default: 0, Between: []float64{0, 255}}
}

func seconds(name string, v any) schema.Field {
	return schema.Field{Name: name, Type: schema.Number, Default: v, Between: []float64{0, 65535}}
}

func statuses(defaults []any) schema.Field {
	return schema.Field{
		Name: "http_statuses", Type: schema.Array, Default: defaults,
		Elements: &schema.Field{Type: schema.Integer, Between: []float64{100, 999}},
	}
}
