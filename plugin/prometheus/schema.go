package prometheus

import (
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// subschema describes the configs of prometheus and where they may apply.
var subschema = schema.Subschema{
	Fields: []schema.Field{
		schemas.Protocols,
		{
			Name: "config", Type: schema.Record, Required: schema.Required,
			Fields: []schema.Field{
				{Name: "per_consumer", Type: schema.Boolean, Default: false},
				{Name: "status_code_metrics", Type: schema.Boolean, Default: false},
				{Name: "ai_metrics", Type: schema.Boolean, Default: false},
				{Name: "latency_metrics", Type: schema.Boolean, Default: false},
				{Name: "bandwidth_metrics", Type: schema.Boolean, Default: false},
				{Name: "upstream_health_metrics", Type: schema.Boolean, Default: false},
			},
		},
	},
}
