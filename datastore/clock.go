package datastore

import (
	"sync/atomic"
	"time"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

// clock tells the times of rows. It is safe for concurrent use.
type clock struct{ last atomic.Int64 } // milliseconds since 1970

// now is the present time. No two rows of an entity whose times have milliseconds are made or changed in the same one: their
// lists are in the order of these times.
func (c *clock) now(e *schema.Entity) time.Time {
	if f := e.Field("created_at"); f == nil || f.Type != schema.Number {
		return time.Now()
	}
	for {
		last := c.last.Load()
		next := max(time.Now().UnixMilli(), last+1)
		if c.last.CompareAndSwap(last, next) {
			return time.UnixMilli(next)
		}
	}
}
