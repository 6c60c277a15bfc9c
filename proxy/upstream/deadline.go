package upstream

import (
	"math"
	"time"
)

// never is the deadline of an operation without a timeout.
const never = time.Duration(math.MaxInt64)

// clock counts from the moment a Pool was made. Reading it costs about half of time.Now, and its values are never zero.
type clock struct {
	start time.Time
}

func newClock() *clock {
	return &clock{start: time.Now().Add(-time.Second)}
}

func (c *clock) now() time.Duration { return time.Since(c.start) }

// time converts a reading into what SetReadDeadline and SetWriteDeadline take; never becomes the zero time.
func (c *clock) time(d time.Duration) time.Time {
	if d == never {
		return time.Time{}
	}
	return c.start.Add(d)
}

// deadline returns the reading at which an operation that starts now runs out. A timeout of zero or less is none.
func deadline(now, timeout time.Duration) time.Duration {
	if timeout <= 0 || timeout >= never-now {
		return never
	}
	return now + timeout
}

// needsArming tells whether the deadline that a descriptor is armed with (0: none) must be replaced before an operation
// that is to end at want.
//
// A deadline that lies between now and want may stay: when it fires too early the operation is resumed with the right
// one. A connection that is busy all the time is so armed about once per timeout instead of once per request.
func needsArming(armed, now, want time.Duration) bool {
	if armed != 0 && armed <= now {
		return true
	}
	if want == never {
		return false
	}
	return armed == 0 || armed > want
}
