package doctor

import (
	"context"
	"fmt"

	"github.com/kongo-gateway/kongo/cluster"
)

// checkPropagation compares the settings for the news of changes with the datastore.
func checkPropagation(_ context.Context, p *patient) []Finding {
	const check = "propagation"
	kind := p.config.String("database")
	if kind == "off" {
		return nil
	}
	propagation := p.config.Duration("db_update_propagation")
	frequency := p.config.Duration("db_update_frequency")
	detail := fmt.Sprintf("db_update_propagation = %g, db_update_frequency = %g with %s", propagation.Seconds(), frequency.Seconds(), kind)
	switch {
	case propagation >= cluster.LongestPropagation:
		return one(check, Fail, fmt.Sprintf("%s: changes reach other nodes after %v at the earliest", detail, propagation),
			"set db_update_propagation = 0, or with Cassandra the few seconds that a write needs to all data centers")
	case propagation > 0 && kind != "cassandra":
		return one(check, Warn, detail+": a change is everywhere at once there, waiting only delays it", "set db_update_propagation = 0")
	case propagation == 0 && kind == "cassandra" && len(p.config.List("cassandra_data_centers")) > 1 && p.config.String("cassandra_repl_strategy") == "NetworkTopologyStrategy":
		return one(check, Warn, detail+": a node in another data center may hear of a change before it can read it",
			"set db_update_propagation to the seconds that a write needs to all data centers")
	case frequency > cluster.LongestPropagation:
		return one(check, Warn, detail+": nodes look for changes rarely", "set db_update_frequency = 5")
	}
	return one(check, OK, detail, "")
}
