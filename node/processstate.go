package node

import (
	"os"
	"runtime/metrics"

	"github.com/kongo-gateway/kongo/admin"
)

// processState tells the Admin API how the node is while it runs.
type processState Node

// Connections implements admin.Runtime.
func (p *processState) Connections() admin.Connections {
	c := p.proxy.Stats().Clients
	return admin.Connections{
		Accepted: c.Accepted, Handled: c.Accepted, Requests: c.Requests,
		Active: c.Active, Reading: c.Reading, Writing: c.Writing, Waiting: c.Waiting,
	}
}

// heapMetric is what the garbage collector has not freed, in bytes.
const heapMetric = "/memory/classes/heap/objects:bytes"

// Memory implements admin.Runtime.
func (p *processState) Memory() admin.Memory {
	heap := []metrics.Sample{{Name: heapMetric}}
	metrics.Read(heap)
	return admin.Memory{
		Zones: map[string]admin.Zone{"kong_db_cache": {Capacity: uint64(p.config.Size("mem_cache_size"))}},
		Heaps: []admin.Heap{{PID: os.Getpid(), Allocated: heap[0].Value.Uint64()}},
	}
}

// backgroundJobs are those of startJobs, and the health checks.
const backgroundJobs = 4

// Timers implements admin.Runtime.
func (p *processState) Timers() admin.Timers { return admin.Timers{Running: backgroundJobs} }

// NotReady implements admin.Runtime. A node answers no request before it is ready, so there is one reason only.
func (p *processState) NotReady() string {
	if p.draining.Load() {
		return "draining"
	}
	return ""
}

// Drain implements admin.Runtime. The node goes on serving; whoever balances over nodes sends no more.
func (p *processState) Drain() { p.draining.Store(true) }
