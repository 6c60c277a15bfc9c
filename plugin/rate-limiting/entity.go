package ratelimiting

import "github.com/kongo-gateway/kongo/datastore/schema"

// Metrics are the counters of the policy "cluster". Their key is made up of all fields but the last.
var Metrics = schema.Entity{
	Name: "ratelimiting_metrics", TTL: true, NoAdmin: true, NoExport: true, Internal: true, Owner: "rate-limiting",
	Fields: []schema.Field{
		{Name: "identifier", Type: schema.String, Required: schema.Required, LenMin: new(0)},
		{Name: "period", Type: schema.String, Required: schema.Required},
		{Name: "period_date", Type: schema.Integer, Required: schema.Required, Timestamp: true},
		{Name: "service_id", Type: schema.String, Required: schema.Required, UUID: true},
		{Name: "route_id", Type: schema.String, Required: schema.Required, UUID: true},
		{Name: "value", Type: schema.Integer, Required: schema.Required},
	},
}
