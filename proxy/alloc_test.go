//go:build !race

package proxy_test

import (
	"runtime"
	"runtime/debug"
	"testing"
	"time"
)

// With the race detector sync.Pool loses things on purpose, so that nothing can be said about memory.

// TestNoAllocations has a plain request allocate nothing once everything is warm, from the client's socket to the server's and
// back. Once a second there may be a date to be written.
func TestNoAllocations(t *testing.T) {
	n := plainNode(t)
	c := newPlainClient(t, n.plain)
	for range 100 {
		c.exchange(t)
	}
	if allocs := testing.AllocsPerRun(2000, func() { c.exchange(t) }); allocs >= 1 {
		t.Errorf("a request allocates %v times", allocs)
	}
}

// TestIdleConnections measures what connections cost that have carried a request and wait for another one.
func TestIdleConnections(t *testing.T) {
	const conns, limit = 1000, 8 << 10
	n := plainNode(t)
	clients := make([]*plainClient, 0, conns)
	used := func() uint64 {
		debug.FreeOSMemory() // collects, twice, and lets stacks shrink
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapInuse + m.StackInuse
	}
	connectAll := func() {
		for range conns {
			c := newPlainClient(t, n.plain)
			c.exchange(t)
			c.buf = nil
			clients = append(clients, c)
		}
		// A connection is idle in earnest after its first request.
		waitFor(t, "idle connections", func() bool { return n.proxy.Stats().Clients.Waiting == uint64(len(clients)) })
		time.Sleep(50 * time.Millisecond)
	}
	connectAll() // fills the pools
	before := used()
	connectAll()
	// Half a kilobyte or so of each is the client's.
	if each := (int64(used()) - int64(before)) / conns; each > limit {
		t.Errorf("an idle connection takes %d bytes, want %d at most", each, limit)
	} else {
		t.Logf("an idle connection takes %d bytes", each)
	}
}
