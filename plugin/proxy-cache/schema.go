package proxycache

import (
	"fmt"

	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// subschema describes the configs of proxy-cache on a node and where they may apply.
func subschema(node schemas.Node) *schema.Subschema {
	return &schema.Subschema{
		Fields: []schema.Field{schemas.Protocols, config},
		Checks: []schema.Check{schema.CustomCheck{Fields: []string{"config"}, Check: func(doc map[string]any) error {
			return checkMemory(doc, node)
		}}},
	}
}

var config = schema.Field{
	Name: "config", Type: schema.Record, Required: schema.Required,
	Fields: []schema.Field{
		{
			Name: "response_code", Type: schema.Array, Required: schema.Required,
			Default: []any{200, 301, 404}, LenMin: new(1),
			Elements: &schema.Field{Type: schema.Integer, Between: []float64{100, 900}},
		},
		{
			Name: "request_method", Type: schema.Array, Required: schema.Required,
			Default:  []any{"GET", "HEAD"},
			Elements: &schema.Field{Type: schema.String, OneOf: []any{"HEAD", "GET", "POST", "PATCH", "PUT"}},
		},
		{
			Name: "content_type", Type: schema.Array, Required: schema.Required,
			Default:  []any{"text/plain", "application/json"},
			Elements: &schema.Field{Type: schema.String},
		},
		{Name: "cache_ttl", Type: schema.Integer, Default: 300, GreaterThan: new(0.0)},
		{Name: "strategy", Type: schema.String, Required: schema.Required, OneOf: []any{"memory"}},
		{Name: "cache_control", Type: schema.Boolean, Required: schema.Required, Default: false},
		{Name: "ignore_uri_case", Type: schema.Boolean, Required: schema.Optional, Default: false},
		{Name: "storage_ttl", Type: schema.Integer},
		{
			Name: "memory", Type: schema.Record, Required: schema.Required,
			Fields: []schema.Field{
				{
					Name: "dictionary_name", Type: schema.String, Required: schema.Required,
					Default: "kong_db_cache",
				},
			},
		},
		{Name: "vary_query_params", Type: schema.Array, Elements: &schema.Field{Type: schema.String}},
		{Name: "vary_headers", Type: schema.Array, Elements: &schema.Field{Type: schema.String}},
		{
			Name: "response_headers", Type: schema.Record, Required: schema.Required,
			Fields: []schema.Field{
				{Name: "age", Type: schema.Boolean, Default: true},
				{Name: "X-Cache-Status", Type: schema.Boolean, Default: true},
				{Name: "X-Cache-Key", Type: schema.Boolean, Default: true},
			},
		},
	},
}

// checkMemory demands a memory zone that the node has.
func checkMemory(doc map[string]any, node schemas.Node) error {
	config, _ := doc["config"].(map[string]any)
	memory, _ := config["memory"].(map[string]any)
	zone, _ := memory["dictionary_name"].(string)
	if config["strategy"] == "memory" && !node.HasZone(zone) {
		return fmt.Errorf("missing shared dict '%s'", zone)
	}
	return nil
}
