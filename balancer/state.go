package balancer

import "sync/atomic"

// State is the health of one address. Kong 3.9: health checks, internal states.
type State uint8

// An address starts Healthy. The two states in between say that there were outcomes to the contrary, not enough yet to
// change sides.
const (
	Healthy State = iota
	MostlyHealthy
	MostlyUnhealthy
	Unhealthy
)

// String returns the name of the state in logs.
func (s State) String() string {
	return [...]string{"healthy", "mostly_healthy", "mostly_unhealthy", "unhealthy"}[s&3]
}

// Available reports whether addresses in this state get requests.
func (s State) Available() bool { return s <= MostlyHealthy }

// kind is what an outcome means for the health of an address; each has a counter.
type kind uint8

const (
	success kind = iota
	httpFailure
	tcpFailure
	timeout
)

// condition is the state of an address and its four counters of 8 bits, in one word so that it changes atomically.
type condition uint64

const (
	successCounter  condition = 0xff
	failureCounters condition = 0xffffff00
	stateShift                = 32
)

func (c condition) state() State        { return State(c >> stateShift) }
func (c condition) counter(k kind) byte { return byte(c >> (8 * k)) }

// after returns the condition after one more outcome of kind k, limit being the number of them that decides.
// Kong 3.9: health checks, state machine.
func (c condition) after(k kind, limit byte) condition {
	state := c.state()
	if limit == 0 || k == success && state == Healthy || k != success && state == Unhealthy {
		return c
	}
	if k == success {
		c &^= failureCounters
	} else {
		c &^= successCounter
	}
	count := c.counter(k)
	if count < 0xff {
		count++
		c += 1 << (8 * k)
	}
	switch {
	case count >= limit && k == success:
		state = Healthy
	case count >= limit:
		state = Unhealthy
	case state == Healthy:
		state = MostlyHealthy
	case state == Unhealthy:
		state = MostlyUnhealthy
	}
	return c.counters() | condition(state)<<stateShift
}

func (c condition) counters() condition { return c & (successCounter | failureCounters) }

// record is the health of one address for as long as some balancer has the address. It is safe for concurrent use.
type record struct {
	condition atomic.Uint64
	users     int // guarded by monitor.mu
}

func (r *record) state() State { return condition(r.condition.Load()).state() }

// report takes an outcome into account and returns the states before and after. Without a change it only reads.
func (r *record) report(k kind, limit byte) (from, to State) {
	for {
		before := condition(r.condition.Load())
		after := before.after(k, limit)
		if after == before || r.condition.CompareAndSwap(uint64(before), uint64(after)) {
			return before.state(), after.state()
		}
	}
}

// set puts the record into a state with all counters at zero, and returns the state before.
func (r *record) set(s State) (from State) {
	return condition(r.condition.Swap(uint64(s) << stateShift)).state()
}
