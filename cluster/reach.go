package cluster

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Reach asks a node that is on the list but announces itself no more, at the addresses that it had. It is to be quick, and
// may be called by many goroutines.
type Reach func(ctx context.Context, n Node) Reached

// Reached is what Reach found out.
type Reached struct {
	// Accepts says that something accepts connections at an address of the node, Silent that its Admin API does so and gives
	// no answer in time.
	Accepts, Silent bool
	// ID is that of the node which answers there, "" if none does.
	ID string
	// Datastore names the one that this node uses, for a person.
	Datastore string
}

// Remedies that several faults share.
const (
	remedyOtherStore = "give it the same database settings as the others (database, pg_host, pg_port, pg_database, cassandra_contact_points, sqlite_path) and restart it"
	remedyHangs      = "look at its error log and restart it there with `kongo restart`"
)

// toForget is a remedy with a word on how to get rid of a node.
func toForget(remedy string, n *Node) string {
	return remedy + "; DELETE /cluster/nodes/" + n.ID + " forgets it"
}

// lost finds out what became of a node that is not live, unless another one has taken its place. It is no fault that a process
// is gone.
func (v *View) lost(ctx context.Context, n *Node, all []Node, now time.Time) *Fault {
	if n.Live || n.Kind != KindKongo || v.reach == nil || n.replaced {
		return nil
	}
	found := v.reach(ctx, *n)
	since := now.Sub(n.seen).Round(time.Second)
	switch {
	case found.ID == "" && (n.Left || !found.Silent):
		return nil // gone, or some other program
	case found.ID == "":
		return &Fault{
			Reason: fmt.Sprintf("it has not polled the datastore for %v; its sockets are open, but it does not answer: the process hangs or is stopped", since),
			Remedy: toForget(remedyHangs, n),
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
		Remedy: remedyOtherStore,
	}
}

// unseen is the fault of a node that was live when the probe was sent, and did not see it.
func (v *View) unseen(ctx context.Context, n *Node, now time.Time) Fault {
	reason := fmt.Sprintf("it did not see the probe within %v: it polls the datastore no more, it was last seen %v ago",
		2*n.entry.frequency()+leastPatience, now.Sub(n.seen).Round(time.Second))
	if v.reach != nil {
		switch found := v.reach(ctx, *n); {
		case !found.Accepts:
			reason = "it ended without a word, or can't be reached: nothing accepts connections at its addresses from here"
		case found.Silent:
			reason += "; it does not answer: the process hangs or is stopped"
		}
	}
	return Fault{Reason: reason, Remedy: toForget(remedyHangs, n)}
}
