package telemetry

import (
	"log/slog"
	"sync/atomic"
	"time"
)

// Threshold is the least severe level that is logged. It has a configured level, in whose place another may be in force for
// a time. It is a slog.Leveler, safe for concurrent use. The zero value is info.
type Threshold struct {
	configured slog.LevelVar
	override   atomic.Pointer[override]
}

// override is a level that takes the place of the configured one.
type override struct {
	level slog.Level
	end   time.Time // zero for never
}

// NewThreshold returns a Threshold with a configured level.
func NewThreshold(configured slog.Level) *Threshold {
	t := &Threshold{}
	t.Configure(configured)
	return t
}

// Level returns the level in force.
func (t *Threshold) Level() slog.Level {
	o := t.override.Load()
	if o == nil {
		return t.configured.Level()
	}
	if !o.end.IsZero() && !time.Now().Before(o.end) {
		t.override.CompareAndSwap(o, nil)
		return t.configured.Level()
	}
	return o.level
}

// Set puts a level in force for a time, or until further notice if the time is zero. When it has passed the configured
// level is in force again, whatever was before. Kong 3.9: Admin API, log-level.
func (t *Threshold) Set(level slog.Level, timeout time.Duration) {
	o := &override{level: level}
	if timeout > 0 {
		o.end = time.Now().Add(timeout)
	}
	t.override.Store(o)
}

// Configure changes the configured level, as a reload does, and ends what Set has begun.
func (t *Threshold) Configure(level slog.Level) {
	t.configured.Set(level)
	t.override.Store(nil)
}
