package http1

import (
	"math"
	"time"
)

// never is the moment at which an operation without a timeout ends.
const never = time.Duration(math.MaxInt64)

// clock counts from the making of a Server. Reading it costs half of time.Now, and its values are never zero.
type clock struct{ start time.Time }

func newClock() clock { return clock{time.Now().Add(-time.Second)} }

func (c clock) now() time.Duration { return time.Since(c.start) }

// deadline converts a reading into what net.Conn takes; never becomes the zero time.
func (c clock) deadline(at time.Duration) time.Time {
	if at == never {
		return time.Time{}
	}
	return c.start.Add(at)
}

// after returns when a timeout that begins at a reading has run out. A timeout of zero is none.
func after(at, timeout time.Duration) time.Duration {
	if timeout <= 0 || timeout >= never-at {
		return never
	}
	return at + timeout
}
