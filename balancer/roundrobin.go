package balancer

import (
	"math/bits"
	"math/rand/v2"
	"sort"
	"sync/atomic"
)

// roundRobin gives each address exactly weight/gcd of the picks of every turn, a turn being the sum of the weights
// divided by their greatest common divisor. Kong 3.9: balancer, algorithm round-robin.
//
// The wheel that has one entry for each pick of a turn is never made: with weights up to 65535 it could have millions of
// entries. Each address owns a range of positions as wide as its share instead, and the picks visit the positions with a
// stride that has no common divisor with their number, so that a turn visits every position once. A stride near the
// golden section of the turn spreads the visits to each range evenly; Kong's shuffled wheel spreads them at random. The
// order of the ranges and the first position are random, so that nodes do not move in step.
type roundRobin struct {
	addresses []*Address
	ends      []uint64 // positions from ends[i-1] to ends[i]-1 belong to addresses[i]; nil if each has exactly one
	turn      uint64
	stride    uint64

	position atomic.Uint64 // taken modulo turn
}

// newRoundRobin takes over the slice; it has at least one address, none of weight 0.
func newRoundRobin(addresses []*Address) *roundRobin {
	rand.Shuffle(len(addresses), func(i, j int) { addresses[i], addresses[j] = addresses[j], addresses[i] })
	var divisor uint64
	for _, a := range addresses {
		divisor = gcd(uint64(a.weight), divisor)
	}
	r := &roundRobin{addresses: addresses, ends: make([]uint64, len(addresses))}
	for i, a := range addresses {
		r.turn += uint64(a.weight) / divisor
		r.ends[i] = r.turn
	}
	if r.turn == uint64(len(addresses)) {
		r.ends = nil
	}
	r.stride = strideFor(r.turn)
	r.position.Store(rand.Uint64N(r.turn))
	return r
}

func (r *roundRobin) pick() *Address {
	// The sum wraps around after 2^64, where one turn is cut short.
	position := r.position.Add(r.stride) % r.turn
	if r.ends == nil {
		return r.addresses[position]
	}
	return r.addresses[sort.Search(len(r.ends), func(i int) bool { return position < r.ends[i] })]
}

// strideFor returns the number closest to turn divided by the golden ratio that has no common divisor with turn.
func strideFor(turn uint64) uint64 {
	const golden = 0x9e3779b97f4a7c15 // 2^64 divided by the golden ratio
	near, _ := bits.Mul64(turn, golden)
	for distance := uint64(0); ; distance++ {
		if gcd(near+distance, turn) == 1 {
			return near + distance
		}
		if near > distance && gcd(near-distance, turn) == 1 {
			return near - distance
		}
	}
}

func gcd(a, b uint64) uint64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
