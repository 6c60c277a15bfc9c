//go:build !race

package upstream_test

import "testing"

// With the race detector sync.Pool loses things on purpose, so that nothing can be said about allocations.

// TestNoAllocations: a plain exchange on an idle connection allocates nothing.
func TestNoAllocations(t *testing.T) {
	peer := newPool(t, keepAlive).Peer(serve(t, blunt(smallAnswer)).addr(), nil)
	req := get()
	exchange(t, peer, req)
	if allocs := testing.AllocsPerRun(1000, func() { exchange(t, peer, req) }); allocs >= 1 {
		t.Errorf("an exchange allocates %v times", allocs)
	}
}
