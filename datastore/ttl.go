package datastore

import (
	"time"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

// maxTTL is the longest life of a row, in seconds.
const maxTTL = 100000000

// takeTTL separates the option ttl, the seconds that a row has to live, from a body of an entity that can expire. It returns
// nil if the body does not give it.
func takeTTL(e *schema.Entity, input Document) (*int64, Document, error) {
	v, ok := input[schema.ColumnTTL]
	if !ok || !e.TTL {
		return nil, input, nil
	}
	rest := make(Document, len(input))
	for k, v := range input {
		if k != schema.ColumnTTL {
			rest[k] = v
		}
	}
	if v == nil {
		return nil, rest, nil
	}
	ttl, ok := v.(int64)
	if !ok || ttl < 0 || ttl > maxTTL {
		return nil, nil, InvalidOption(schema.ColumnTTL, "must be an integer between 0 and 100000000")
	}
	return &ttl, rest, nil
}

// expiry is the moment at which a row with so many seconds to live expires, counted from the timestamp in the field called
// from, where the entity has it; 0 seconds mean never.
func expiry(ttl int64, row Document, from string) any {
	if ttl == 0 {
		return nil
	}
	start, ok := row[from].(int64)
	if !ok {
		start = time.Now().Unix()
	}
	return start + ttl
}
