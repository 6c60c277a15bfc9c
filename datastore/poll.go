package datastore

import (
	"context"
	"time"
)

// Run polls until ctx is done. A store that can't be reached is tried again at every poll; what happened meanwhile is read
// when it is back.
func (f *Feed) Run(ctx context.Context) {
	ctx = AllowReplica(ctx)
	timer := time.NewTimer(f.opts.Frequency)
	defer timer.Stop()
	next := time.Now().Add(f.opts.Frequency)
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		now := time.Now()
		f.dispatchDue(ctx, now)
		if !now.Before(next) {
			f.poll(ctx)
			next = time.Now().Add(f.opts.Frequency)
		}
		timer.Reset(time.Until(f.wake(next)))
	}
}

// wake is the next moment at which there is something to do: a poll, or a delayed event that comes due before it.
func (f *Feed) wake(next time.Time) time.Time {
	for _, e := range f.delayed {
		if e.NotBefore.Before(next) {
			next = e.NotBefore
		}
	}
	return next
}

// poll reads what happened since the last one. The position moves to the newest event that was read, and not as in Kong to
// the moment of reading: an event that got its time before that moment, but was committed after it, would be lost.
func (f *Feed) poll(ctx context.Context) {
	// A poll that takes longer than this is worth less than the next one.
	deadline, cancel := context.WithTimeout(ctx, max(5*f.opts.Frequency, 10*time.Second))
	defer cancel()
	events, now, err := f.store.Events(deadline, f.channels(), f.since())
	if err != nil {
		f.failed(ctx, err)
		return
	}
	gap := time.Since(f.polled)
	f.recovered(gap)
	for _, e := range events {
		if e.At.After(f.position) {
			f.position = e.At
		}
	}
	if gap > eventTTL {
		// Events may have expired unread.
		f.Everything(ctx)
	}
	f.take(ctx, events, now)
	f.forget()
	f.tell(Progress{Polled: now, Lag: f.lag})
}

// since is the moment after which the next poll reads. What happened before the start was there to be loaded.
func (f *Feed) since() time.Time {
	first := f.start.Add(-f.opts.Propagation - resolution)
	if after := f.position.Add(-f.opts.Propagation - Lateness); after.After(first) {
		return after
	}
	return first
}

func (f *Feed) failed(ctx context.Context, err error) {
	if ctx.Err() == nil && !f.failing {
		f.failing = true
		f.opts.Log.Error("could not poll the events of other nodes; this node goes on with what it knows", "error", err)
	}
}

func (f *Feed) recovered(gap time.Duration) {
	f.polled = time.Now()
	if f.failing {
		f.failing = false
		f.opts.Log.Info("polling the events of other nodes again", "after", gap.Round(time.Millisecond))
	}
}

// take dispatches new events of other nodes, now or when their time comes. Distances between moments of the store's clock
// hold on this machine's clock too.
func (f *Feed) take(ctx context.Context, events []StoredEvent, now time.Time) {
	var due []Event
	for _, e := range events {
		if _, known := f.seen[e.ID]; known || e.Node == f.opts.Node {
			continue
		}
		f.seen[e.ID] = now
		f.lag = max(now.Sub(e.At), 0)
		if wait := e.NotBefore.Sub(now); !e.NotBefore.IsZero() && wait > 0 {
			e.NotBefore = time.Now().Add(wait)
			f.delayed = append(f.delayed, e)
			continue
		}
		due = append(due, e.Event)
	}
	if len(due) > 0 {
		f.dispatch(ctx, due)
	}
}

func (f *Feed) dispatchDue(ctx context.Context, now time.Time) {
	var due []Event
	later := f.delayed[:0]
	for _, e := range f.delayed {
		if e.NotBefore.After(now) {
			later = append(later, e)
		} else {
			due = append(due, e.Event)
		}
	}
	f.delayed = later
	if len(due) > 0 {
		f.dispatch(ctx, due)
	}
}

// forget drops the ids of events that no poll's window can show again: those read longer ago than the window reaches back
// from the position, which stands still while nothing happens.
func (f *Feed) forget() {
	horizon := f.position.Add(-2*f.opts.Frequency - 2*f.opts.Propagation - 2*Lateness)
	for id, at := range f.seen {
		if at.Before(horizon) {
			delete(f.seen, id)
		}
	}
}
