package cluster

import (
	"fmt"
	"slices"
)

// Introduction is what a node says of itself to whoever asks at its address.
type Introduction struct {
	ID string
	// Kind is KindKongo or KindKong. Hostname and Datastore, which is for a person, are "" if the node does not tell.
	Kind, Hostname, Datastore string
}

// Expect adds to a report what is to be said of a node that should be on the list: how it introduced itself at an address, or
// why it did not. Datastore names the one of the list.
func (r *Report) Expect(address, datastore string, node Introduction, err error) {
	if i := slices.IndexFunc(r.Data, func(v Verdict) bool { return err == nil && v.ID == node.ID }); i >= 0 {
		r.Data[i].AskedAt = address
		return
	}
	verdict := Verdict{ID: node.ID, Hostname: node.Hostname, Kind: node.Kind, Address: address, AskedAt: address, Faults: []Fault{}}
	switch {
	case err != nil:
		verdict.Faults = append(verdict.Faults, Fault{
			Reason: fmt.Sprintf("no node introduces itself at %s: %v", address, err),
			Remedy: "see whether the node runs there, and whether that is the address of its Admin or status API (admin_listen, status_listen) and open to this machine",
		})
	case node.Kind == KindKong && (node.Datastore == "" || node.Datastore == datastore):
		verdict.Result = ResultSkipped
	default:
		verdict.Faults = append(verdict.Faults, node.absent(datastore))
	}
	if len(verdict.Faults) > 0 {
		verdict.Result, r.OK = ResultFailed, false
	}
	r.Data = append(r.Data, verdict)
	r.Total = len(r.Data)
}

// absent is the fault of a node that runs and is not among the live ones of a datastore.
func (node *Introduction) absent(datastore string) Fault {
	switch node.Datastore {
	case "":
		return Fault{
			Reason: "it is not on the list of " + datastore + ", so it uses another datastore or can't reach this one; its Admin API tells which it is",
			Remedy: remedyOtherStore,
		}
	case datastore:
		return Fault{
			Reason: "it is not on the list, though it calls its datastore " + datastore + " as well: the same words mean another server there, or it can't reach it",
			Remedy: "write an address that is the same on all machines, not 127.0.0.1, localhost or a path of its own, and look at its error log",
		}
	}
	return Fault{
		Reason: fmt.Sprintf("it uses another datastore: %s, and not %s", node.Datastore, datastore),
		Remedy: remedyOtherStore,
	}
}
