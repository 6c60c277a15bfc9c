package datastore

import (
	"context"
	"time"
)

// Period is a span of the calendar, in UTC, over which nodes count something together.
type Period string

// The periods.
const (
	Second Period = "second"
	Minute Period = "minute"
	Hour   Period = "hour"
	Day    Period = "day"
	Month  Period = "month"
	Year   Period = "year"
)

// Start is when the period began that a moment lies in.
func (p Period) Start(t time.Time) time.Time {
	t = t.UTC()
	switch p {
	case Year:
		return time.Date(t.Year(), 1, 1, 0, 0, 0, 0, time.UTC)
	case Month:
		return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC)
	}
	return t.Truncate(p.Life())
}

// Life is how long after its first increment a counter is kept. Months have 30 days and years 365 here.
//
// Kong 3.9: rate-limiting, policy cluster.
func (p Period) Life() time.Duration {
	const day = 24 * time.Hour
	switch p {
	case Second:
		return time.Second
	case Minute:
		return time.Minute
	case Hour:
		return time.Hour
	case Day:
		return day
	case Month:
		return 30 * day
	default:
		return 365 * day
	}
}

// Counter is a number that all nodes on a store add to, Kong's too: what somebody has used in a period, on a service or a
// route or, where they are "", anywhere.
type Counter struct {
	Identifier     string
	Service, Route string
	Period         Period
	// Start is that of the period.
	Start time.Time
}

// CounterStore keeps counters. Its methods may be called by many goroutines.
type CounterStore interface {
	// Count returns what a counter has come to, 0 if nobody has added to it.
	Count(ctx context.Context, c Counter) (int64, error)
	// Add adds n to all of some different counters, or to none of them if it fails.
	Add(ctx context.Context, counters []Counter, n int64) error
}
