package proxy

import (
	"net/http"
	"sync/atomic"
	"time"
)

// wallClock tells what time it is without asking the system more than once a second.
type wallClock struct {
	last atomic.Pointer[second]
}

// second is a moment by both clocks, and as text. It serves for a second.
type second struct {
	at   time.Duration
	wall time.Time
	date []byte
}

// at returns the second that covers a moment by the monotonic clock, which is now or has just been.
func (c *wallClock) at(now time.Duration) *second {
	s := c.last.Load()
	if s == nil || now-s.at >= time.Second {
		wall := time.Now()
		s = &second{now, wall, wall.UTC().AppendFormat(nil, http.TimeFormat)}
		// The text changes with the second, not a second after it was made.
		s.at -= time.Duration(wall.Nanosecond())
		s.wall = wall.Add(-time.Duration(wall.Nanosecond()))
		c.last.Store(s)
	}
	return s
}

// time returns a moment as the time of day.
func (c *wallClock) time(now time.Duration) time.Time {
	s := c.at(now)
	return s.wall.Add(now - s.at)
}
