package node

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/kongo-gateway/kongo/admin"
	"github.com/kongo-gateway/kongo/telemetry"
)

// metricsTimeout limits how long a scrape waits for the store.
const metricsTimeout = 2 * time.Second

// metrics answers GET /metrics with what the node knows of itself. What is counted per request is added by the plugin of
// Kong's that does so, which cannot run yet.
//
// Kong 3.9: Admin API and status API, GET /metrics.
func (n *Node) metrics(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", telemetry.MetricsType)
	_ = telemetry.WriteMetrics(w, n.measure(r.Context())) // whoever asked has hung up
}

func (n *Node) measure(ctx context.Context) []telemetry.Metric {
	ctx, cancel := context.WithTimeout(ctx, metricsTimeout)
	defer cancel()
	state := (*processState)(n)
	timers := state.Timers()
	capacity, allocated, heaps := n.memoryMetrics(state.Memory())
	return []telemetry.Metric{
		gauge("kong_datastore_reachable", "Datastore reachable from Kong, 0 is unreachable", number(n.db.Ping(ctx) == nil)),
		allocated,
		capacity,
		heaps,
		n.connectionMetrics(state.Connections()),
		gauge("kong_nginx_requests_total", "Number of requests total", float64(state.Connections().Requests),
			"node_id", n.id, "subsystem", "http"),
		{
			Name: "kong_nginx_timers", Help: "Number of nginx timers", Kind: "gauge",
			Samples: []telemetry.Sample{
				{Labels: []string{"state", "pending"}, Value: float64(timers.Pending)},
				{Labels: []string{"state", "running"}, Value: float64(timers.Running)},
			},
		},
		gauge("kong_node_info", "Kong Node metadata information", 1, "node_id", n.id, "version", admin.KongVersion),
		gauge("kongo_node_info", "The node as the list of nodes has it", 1, "node_id", n.cluster.ID(), "version", n.version),
		n.bodyMetrics(),
	}
}

// memoryMetrics shows the node's memories where dashboards look for those of nginx and Lua.
func (n *Node) memoryMetrics(m admin.Memory) (capacity, allocated, heaps telemetry.Metric) {
	capacity = telemetry.Metric{
		Name: "kong_memory_lua_shared_dict_total_bytes", Help: "Total capacity in bytes of a shared_dict", Kind: "gauge",
	}
	allocated = telemetry.Metric{
		Name: "kong_memory_lua_shared_dict_bytes", Help: "Allocated slabs in bytes in a shared_dict", Kind: "gauge",
	}
	heaps = telemetry.Metric{
		Name: "kong_memory_workers_lua_vms_bytes", Help: "Allocated bytes in worker Lua VM", Kind: "gauge",
	}
	for _, name := range slices.Sorted(maps.Keys(m.Zones)) {
		labels := []string{"node_id", n.id, "shared_dict", name, "kong_subsystem", "http"}
		capacity.Samples = append(capacity.Samples, telemetry.Sample{Labels: labels, Value: float64(m.Zones[name].Capacity)})
		allocated.Samples = append(allocated.Samples, telemetry.Sample{Labels: labels, Value: float64(m.Zones[name].Allocated)})
	}
	for _, heap := range m.Heaps {
		labels := []string{"node_id", n.id, "pid", strconv.Itoa(heap.PID), "kong_subsystem", "http"}
		heaps.Samples = append(heaps.Samples, telemetry.Sample{Labels: labels, Value: float64(heap.Allocated)})
	}
	return capacity, allocated, heaps
}

func (n *Node) connectionMetrics(c admin.Connections) telemetry.Metric {
	m := telemetry.Metric{Name: "kong_nginx_connections_total", Help: "Number of connections by subsystem", Kind: "gauge"}
	for _, state := range []struct {
		name  string
		count uint64
	}{
		{"accepted", c.Accepted}, {"active", c.Active}, {"handled", c.Handled}, {"reading", c.Reading},
		{"total", c.Requests}, {"waiting", c.Waiting}, {"writing", c.Writing},
	} {
		labels := []string{"node_id", n.id, "subsystem", "http", "state", state.name}
		m.Samples = append(m.Samples, telemetry.Sample{Labels: labels, Value: float64(state.count)})
	}
	return m
}

// bodyMetrics shows how bodies went between clients and upstream servers: spliced in the kernel, or through memory.
func (n *Node) bodyMetrics() telemetry.Metric {
	bodies := n.proxy.Stats().Bodies
	sample := func(direction, path string, bytes int64) telemetry.Sample {
		return telemetry.Sample{Labels: []string{"direction", direction, "path", path}, Value: float64(bytes)}
	}
	return telemetry.Metric{
		Name: "kongo_body_bytes_total", Help: "Bytes of bodies, by the way they took", Kind: "counter",
		Samples: []telemetry.Sample{
			sample("request", "copy", bodies.RequestCopied), sample("request", "splice", bodies.RequestSpliced),
			sample("response", "copy", bodies.ResponseCopied), sample("response", "splice", bodies.ResponseSpliced),
		},
	}
}

func gauge(name, help string, value float64, labels ...string) telemetry.Metric {
	return telemetry.Metric{Name: name, Help: help, Kind: "gauge", Samples: []telemetry.Sample{{Labels: labels, Value: value}}}
}

// number is how a metric says yes or no.
func number(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}
