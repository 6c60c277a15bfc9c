package schemas

import "github.com/kongo-gateway/kongo/datastore/schema"

// Queue is the record that says how entries wait until they are sent: a batch goes out when it is full or has waited
// max_coalescing_delay seconds, and is tried again for max_retry_time seconds.
//
// Kong 3.9: plugin queues.
var Queue = schema.Field{
	Name: "queue", Type: schema.Record, Required: schema.Required,
	Fields: []schema.Field{
		{Name: "max_batch_size", Type: schema.Integer, Default: 1, Between: []float64{1, 1000000}},
		{Name: "max_coalescing_delay", Type: schema.Number, Default: 1, Between: []float64{0, 3600}},
		{Name: "max_entries", Type: schema.Integer, Default: 10000, Between: []float64{1, 1000000}},
		{Name: "max_bytes", Type: schema.Integer},
		{Name: "max_retry_time", Type: schema.Number, Default: 60},
		{Name: "initial_retry_delay", Type: schema.Number, Default: 0.01, Between: []float64{0.001, 1000000}},
		{Name: "max_retry_delay", Type: schema.Number, Default: 60, Between: []float64{0.001, 1000000}},
		{Name: "concurrency_limit", Type: schema.Integer, Default: 1, OneOf: []any{-1, 1}},
	},
}

// RetryCount, QueueSize and FlushTimeout are settings of an older queue. They are kept for the configs that have them and
// have no effect.
var (
	RetryCount   = Outdated("retry_count", schema.Integer, 10)
	QueueSize    = Outdated("queue_size", schema.Integer, 1)
	FlushTimeout = Outdated("flush_timeout", schema.Number, 2)
)

// Outdated is a field without a default that once had one.
func Outdated(name string, t schema.Type, oldDefault any) schema.Field {
	return schema.Field{
		Name: name, Type: t,
		Deprecation: &schema.Deprecation{RemovalInVersion: Removal, OldDefault: oldDefault},
	}
}
