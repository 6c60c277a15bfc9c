package schemas

import "slices"

// Node is what a schema has to know of the node it is used on. The zero value is a node with a database and the usual
// memory zones.
type Node struct {
	// DBLess nodes have their configuration from a file.
	DBLess bool
	// Zones are memory zones that the settings of the node add to the usual ones.
	Zones []string
}

// zones are the memory zones that every node has.
var zones = []string{
	"kong", "kong_locks", "kong_healthchecks", "kong_cluster_events", "kong_rate_limiting_counters", "kong_core_db_cache",
	"kong_core_db_cache_miss", "kong_db_cache", "kong_db_cache_miss", "kong_secrets", "prometheus_metrics",
}

// HasZone reports whether a memory zone of that name is there.
func (n Node) HasZone(name string) bool {
	return slices.Contains(zones, name) || slices.Contains(n.Zones, name)
}
