package balancer

import (
	"errors"
	"fmt"
	"net/netip"
)

// ErrNoPeer is what every failed pick comes down to. Its text is the message that goes with status 503.
// Kong 3.9: balancer, no peer.
var ErrNoPeer = errors.New("failure to get a peer from the ring-balancer")

// The reasons for ErrNoPeer, made in advance since a pick must not allocate.
var (
	errNoWeight  = fmt.Errorf("%w: no target with a weight has an address", ErrNoPeer)
	errThreshold = fmt.Errorf("%w: the healthy share of the weight does not exceed the threshold", ErrNoPeer)
)

// Address is where an attempt goes. It stays the same for as long as a balancer has it.
type Address struct {
	AddrPort netip.AddrPort
	// Name is the host of the target as the target has it: a name, or a literal, an IPv6 one in brackets.
	Name string
	// Value is what Options.Attach returned for the address.
	Value any

	weight int
	health *record
}

// selection chooses among the available addresses of a balancer. There is one type for each algorithm. A pick is safe for
// concurrent use and neither takes locks nor allocates.
type selection interface {
	pick() *Address
}

const roundRobinAlgorithm = "round-robin"

// selections makes the selection of each algorithm that is there. It gets at least one address, none without a weight,
// and may keep the slice.
var selections = map[string]func([]*Address) selection{
	roundRobinAlgorithm: func(addresses []*Address) selection { return newRoundRobin(addresses) },
}

// pool is what picks see: a selection over the addresses that are available at the moment, or the reason why there is
// none. It is replaced as a whole whenever an address changes sides, so that a pick need not look at states.
type pool struct {
	selection selection
	err       error
}

// newPool returns the pool over those of the addresses, which all have a weight, that are available.
// Kong 3.9: balancer, health threshold.
func newPool(addresses []*Address, threshold float64, choose func([]*Address) selection) *pool {
	var usable []*Address
	var weight Weight
	for _, a := range addresses {
		weight.add(a)
		if a.health.state().Available() {
			usable = append(usable, a)
		}
	}
	switch {
	case weight.Total == 0:
		return &pool{err: errNoWeight}
	case !weight.exceeds(threshold):
		return &pool{err: errThreshold}
	}
	return &pool{selection: choose(usable)}
}
