package cluster

import (
	"fmt"
	"strings"
	"time"
)

// Fault is something that keeps nodes from acting as one, with what to do about it.
type Fault struct {
	Reason string `json:"reason"`
	Remedy string `json:"remedy"`
}

// Bounds beyond which a clock is off, and a change takes too long.
const (
	ClockTolerance      = 5 * time.Second
	LongestPropagation  = 30 * time.Second
	propagationSettings = "db_update_propagation"
)

// faults are those that a live member shows by itself.
func (n *Node) faults() []Fault {
	if n.entry == nil {
		return nil
	}
	var found []Fault
	if offset := time.Duration(n.ClockOffsetMS) * time.Millisecond; offset.Abs() > ClockTolerance {
		direction := "ahead of"
		if offset < 0 {
			direction = "behind"
		}
		found = append(found, Fault{
			Reason: fmt.Sprintf("its clock is %v %s that of the datastore", offset.Abs().Round(time.Second), direction),
			Remedy: "set the clocks of that machine and of the datastore's by NTP (chronyc tracking, timedatectl set-ntp true)",
		})
	}
	if propagation := time.Duration(n.entry.Propagation) * time.Millisecond; propagation >= LongestPropagation {
		found = append(found, Fault{
			Reason: fmt.Sprintf("%s = %g there: other nodes act on its changes %v late", propagationSettings, propagation.Seconds(), propagation),
			Remedy: "set " + propagationSettings + " = 0 with PostgreSQL and SQLite, and the time that Cassandra needs to copy a write to all data centers with Cassandra; then `kongo reload`",
		})
	}
	return found
}

// StoreFault is what an error of the store comes to.
func StoreFault(err error) Fault {
	text := err.Error()
	for _, sign := range []string{"read-only", "readonly", "25006"} {
		if strings.Contains(text, sign) {
			return Fault{
				Reason: "the database is read-only, so that no node can announce a change: " + text,
				Remedy: "let the nodes use the primary (pg_host), not a replica, and look for default_transaction_read_only, for a full disk and for the permissions of the file",
			}
		}
	}
	return Fault{
		Reason: "the datastore can't be used: " + text,
		Remedy: "check that its server runs and that this machine reaches it; nodes serve what they know meanwhile",
	}
}
