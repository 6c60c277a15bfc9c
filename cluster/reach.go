package cluster

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Reach asks a node that is on the list but announces itself no more, at the addresses that it had. It is to be quick.
type Reach func(ctx context.Context, n Node) Reached

// Reached is what Reach found out.
type Reached struct {
	// Accepts says that something accepts connections at an address of the node.
	Accepts bool
	// ID is that of the node which answers there, "" if none does in time.
	ID string
	// Datastore names the one that this node uses, for a person.
	Datastore string
}

// lost finds out what became of a node that is not live, unless another one has taken its place. It is no fault that a process
// is gone.
func (v *View) lost(ctx context.Context, n *Node, all []Node, now time.Time) *Fault {
	if n.Live || n.Kind != KindKongo || v.reach == nil || n.replaced(all) {
		return nil
	}
	found := v.reach(ctx, *n)
	since := now.Sub(n.seen).Round(time.Second)
	switch {
	case !found.Accepts:
		return nil
	case found.ID == "" && n.Left:
		return nil // some other program
	case found.ID == "":
		return &Fault{
			Reason: fmt.Sprintf("it has not polled the datastore for %v; its sockets are open, but it does not answer: the process hangs or is stopped", since),
			Remedy: "look at its error log and restart it there with `kongo restart`; DELETE /cluster/nodes/" + n.ID + " forgets it",
		}
	case found.ID == n.ID:
		return &Fault{
			Reason: fmt.Sprintf("it answers, but has not polled the datastore for %v: polling is stuck, or it can't reach the datastore", since),
			Remedy: "look at its error log, check the network between it and the datastore, and restart it with `kongo restart`",
		}
	}
	if slices.ContainsFunc(all, func(other Node) bool { return other.Live && other.ID == found.ID }) {
		return nil
	}
	return &Fault{
		Reason: fmt.Sprintf("the node that answers at %s uses another datastore: %s", n.Address, found.Datastore),
		Remedy: "give it the same database settings as the others (database, pg_host, pg_port, pg_database, cassandra_contact_points, sqlite_path) and restart it",
	}
}

// replaced reports whether a node that was started later has an address that this one had.
func (n *Node) replaced(others []Node) bool {
	return slices.ContainsFunc(others, func(other Node) bool {
		return other.Hostname == n.Hostname && other.StartedAt != nil && n.StartedAt != nil && *other.StartedAt > *n.StartedAt &&
			slices.ContainsFunc(other.Listen, func(address string) bool { return slices.Contains(n.Listen, address) })
	})
}
