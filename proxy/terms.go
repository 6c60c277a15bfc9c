package proxy

import "github.com/kongo-gateway/kongo/urlpath"

// terms are what every request asks of its route. They fit into the word that the router keeps with what it compares, so that
// a plain request among very many routes need not wait until its route comes from memory.
type terms struct {
	service int32 // slot, or noSlot
	// redirect is the status for requests in clear text that should have come over TLS: 426 or a redirection.
	redirect  uint16
	protocols protocols
	traits    traits
}

// traits are the flags of a route.
type traits uint8

const (
	stripPath traits = 1 << iota
	preserveHost
	pathHandlingV1
	streamRequests
	streamResponses
)

// word returns the terms as a number, of which termsOf is the inverse.
func (t terms) word() uint64 {
	return uint64(uint32(t.service))<<32 | uint64(t.redirect)<<16 | uint64(t.protocols)<<8 | uint64(t.traits)
}

func termsOf(word uint64) terms {
	return terms{service: int32(word >> 32), redirect: uint16(word >> 16), protocols: protocols(word >> 8), traits: traits(word)}
}

// set adds a flag where the condition holds.
func (t *traits) set(flag traits, condition bool) {
	if condition {
		*t |= flag
	}
}

func (t terms) has(flag traits) bool { return t.traits&flag != 0 }

// handling is how paths are joined.
func (t terms) handling() urlpath.Handling {
	if t.has(pathHandlingV1) {
		return urlpath.V1
	}
	return urlpath.V0
}
