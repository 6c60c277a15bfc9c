package dns

import (
	"context"
	"net/netip"
	"sync/atomic"
	"time"
)

// Host is one name as a Client knows it. It is safe for concurrent use.
type Host struct {
	client *Client
	name   string
	known  atomic.Pointer[record] // nil before the first answer
	query  atomic.Pointer[query]  // nil when none is under way
}

// query is a question under way. Its outcome may be read when done is closed.
type query struct {
	done    chan struct{}
	outcome *record
}

// Pick returns the addresses of the name one after the other, beginning with the first of each new answer.
// Kong 3.9: DNS client, round robin over A and AAAA records.
//
// While something usable is known it returns at once, without locks and allocations; otherwise it waits for a query
// until ctx is done. Its errors are those of Resolver.Lookup.
func (h *Host) Pick(ctx context.Context) (netip.Addr, error) {
	// Most names of small installations are literals or in the hosts file; they can do without the clock.
	if r := h.known.Load(); r != nil && r.forever {
		return r.pick(), nil
	}
	r, err := h.current(ctx, time.Now())
	if err != nil {
		return netip.Addr{}, err
	}
	return r.pick(), nil
}

func (h *Host) lookup(ctx context.Context) (Answer, error) {
	r, err := h.current(ctx, time.Now())
	if err != nil {
		return Answer{}, err
	}
	return r.answer(time.Now()), nil
}

// current returns a record with addresses: the known one if it is usable, in which case a query that is due runs in the
// background, else that of a query.
func (h *Host) current(ctx context.Context, now time.Time) (*record, error) {
	r := h.known.Load()
	if !r.fresh(now) {
		q := h.ask()
		if !r.usable(now) {
			select {
			case <-q.done:
				r = q.outcome
			case <-ctx.Done():
				return nil, &Error{Name: h.name, Err: context.Cause(ctx)}
			}
		}
	}
	return r, r.err
}

// ask returns the query that is under way and starts it if there is none.
func (h *Host) ask() *query {
	if q := h.query.Load(); q != nil {
		return q
	}
	q := &query{done: make(chan struct{})}
	for !h.query.CompareAndSwap(nil, q) {
		if other := h.query.Load(); other != nil {
			return other
		}
	}
	if !h.client.start(func() { h.run(q) }) {
		h.finish(q, failedRecord(&Error{Name: h.name, Err: ErrClosed}, time.Now()))
	}
	return q
}

func (h *Host) run(q *query) {
	before := h.known.Load()
	// Whoever asked may have looked at the record just before another query renewed it.
	if before.fresh(time.Now()) {
		h.finish(q, before)
		return
	}
	ctx, cancel := context.WithTimeout(h.client.ctx, queryTimeout)
	defer cancel()
	answer, err := h.client.source.Lookup(ctx, h.name)
	if h.client.ctx.Err() != nil {
		h.finish(q, failedRecord(&Error{Name: h.name, Err: ErrClosed}, time.Now()))
		return
	}
	if err == nil && len(answer.Addrs) == 0 {
		err = &Error{Name: h.name, Err: ErrNotFound}
	}
	r := h.client.nextRecord(before, answer, err, time.Now())
	h.known.Store(r)
	h.finish(q, r)
}

// finish hands the outcome to those who wait, and lets the next query begin.
func (h *Host) finish(q *query, outcome *record) {
	q.outcome = outcome
	h.query.Store(nil)
	close(q.done)
}
