package dns

import (
	"errors"
	"net/netip"
	"slices"
	"sync/atomic"
	"time"
)

// record is what is known about a name: addresses or a failure. It does not change, apart from the rotation.
type record struct {
	typ   Type
	addrs []netip.Addr
	err   error // nil exactly if there are addresses

	freshUntil  time.Time // from then on a query is due
	usableUntil time.Time // from then on it is worth nothing
	forever     bool      // no query is ever due, and the clock need not be read

	turn *atomic.Uint64 // number of picks; carried over while the addresses stay the same
}

// fresh reports whether the record can be used without asking anew. It may be called on nil, as may usable.
func (r *record) fresh(now time.Time) bool {
	return r != nil && (r.forever || now.Before(r.freshUntil))
}

// usable reports whether the record can be used at all.
func (r *record) usable(now time.Time) bool {
	return r != nil && (r.forever || now.Before(r.usableUntil))
}

// pick returns one address after the other, beginning with the first.
func (r *record) pick() netip.Addr {
	if len(r.addrs) == 1 {
		return r.addrs[0]
	}
	return r.addrs[(r.turn.Add(1)-1)%uint64(len(r.addrs))]
}

func (r *record) answer(now time.Time) Answer {
	ttl := foreverTTL
	if !r.forever {
		ttl = max(0, r.freshUntil.Sub(now))
	}
	return Answer{Type: r.typ, Addrs: r.addrs, TTL: ttl}
}

// localRecord returns the record of a name that needs no query.
func localRecord(addr netip.Addr) *record {
	return &record{typ: typeOf(addr), addrs: []netip.Addr{addr}, forever: true}
}

// nextRecord returns what is known after a query, given what was known before and the outcome of the query.
// Kong 3.9: DNS client, a failure never replaces a good answer except a name error, which does.
func (c *Client) nextRecord(before *record, answer Answer, err error, now time.Time) *record {
	switch {
	case err == nil:
		return c.goodRecord(before, answer, now)
	case errors.Is(err, ErrNotFound):
		return failedRecord(err, now.Add(c.options.NotFoundTTL))
	case before.usable(now) && before.err == nil:
		stale := *before
		stale.freshUntil = now.Add(c.options.ErrorTTL)
		if stale.freshUntil.After(stale.usableUntil) {
			stale.freshUntil = stale.usableUntil
		}
		return &stale
	default:
		return failedRecord(err, now.Add(c.options.ErrorTTL))
	}
}

func (c *Client) goodRecord(before *record, answer Answer, now time.Time) *record {
	ttl := answer.TTL
	switch {
	case c.options.ValidTTL > 0:
		ttl = c.options.ValidTTL
	case ttl < 0:
		ttl = systemTTL
	}
	r := &record{typ: answer.Type, addrs: answer.Addrs, freshUntil: now.Add(ttl), turn: new(atomic.Uint64)}
	r.usableUntil = r.freshUntil.Add(c.options.StaleTTL)
	// Servers shuffle their answers. The same addresses in another order are no reason to begin the rotation again.
	if before != nil && sameAddrs(before.addrs, r.addrs) {
		r.addrs, r.turn = before.addrs, before.turn
	}
	return r
}

func failedRecord(err error, until time.Time) *record {
	return &record{err: err, freshUntil: until, usableUntil: until}
}

// sameAddrs compares two lists regardless of their order.
func sameAddrs(a, b []netip.Addr) bool {
	if len(a) != len(b) {
		return false
	}
	a, b = slices.Clone(a), slices.Clone(b)
	slices.SortFunc(a, netip.Addr.Compare)
	slices.SortFunc(b, netip.Addr.Compare)
	return slices.Equal(a, b)
}
