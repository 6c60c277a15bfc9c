package cassandra

import (
	"fmt"
	"strconv"
	"strings"
)

// Replication is how many replicas a new keyspace has, and where. It plays no part for a keyspace that is there.
//
// Kong 2.8: cassandra_repl_strategy and what belongs to it.
type Replication struct {
	// Strategy is SimpleStrategy or NetworkTopologyStrategy.
	Strategy string
	// Factor is the number of replicas under SimpleStrategy, 1 if it is 0.
	Factor int
	// DataCenters are names and numbers of replicas, such as "dc1:2", for NetworkTopologyStrategy.
	DataCenters []string
}

// options are those of a statement that makes a keyspace.
func (r *Replication) options() (string, error) {
	if r.Strategy != "NetworkTopologyStrategy" {
		return fmt.Sprintf("{'class': 'SimpleStrategy', 'replication_factor': %d}", max(r.Factor, 1)), nil
	}
	options := []string{"'class': 'NetworkTopologyStrategy'"}
	for _, dc := range r.DataCenters {
		name, count, _ := strings.Cut(dc, ":")
		n, err := strconv.Atoi(strings.TrimSpace(count))
		if err != nil || n < 0 {
			return "", fmt.Errorf("%q is no data center with its number of replicas, such as dc1:2", dc)
		}
		options = append(options, fmt.Sprintf("%s: %d", quoteText(strings.TrimSpace(name)), n))
	}
	return "{" + strings.Join(options, ", ") + "}", nil
}
