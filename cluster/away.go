package cluster

import (
	"context"
	"sync"
)

// Unverified is the report on the live nodes of a list whose store takes no probe, for the reason err. What is left to find out
// is which of them answer. Reach may be nil.
func (l List) Unverified(ctx context.Context, reach Reach, err error) Report {
	report := Report{Data: []Verdict{}, Faults: []Fault{StoreFault(err)}}
	live := l.filtered(false).Data
	for _, n := range live {
		verdict := Verdict{ID: n.ID, Hostname: n.Hostname, Kind: n.Kind, Address: n.Address, Result: ResultFailed, Faults: []Fault{}}
		if n.Kind == KindKong {
			verdict.Result = ResultSkipped
		}
		report.Data = append(report.Data, verdict)
	}
	var asking sync.WaitGroup
	for i, n := range live {
		if n.Kind == KindKongo && reach != nil {
			asking.Go(func() { report.Data[i].Faults = []Fault{n.unprobed(reach(ctx, n))} })
		}
	}
	asking.Wait()
	report.Total = len(report.Data)
	return report
}

// unprobed is the fault of a node to which no probe could be sent, with what it was found to do meanwhile.
func (n *Node) unprobed(found Reached) Fault {
	const (
		unsent      = "no probe reaches it through the datastore; "
		remedyServe = "bring the datastore back; the node goes on with it by itself within db_update_frequency"
	)
	switch {
	case found.ID == n.ID:
		return Fault{
			Reason: unsent + "it answers, and serves what it knows",
			Remedy: remedyServe,
		}
	case found.ID != "":
		return Fault{
			Reason: unsent + "another node answers at its addresses: " + found.ID,
			Remedy: "look at the list again when the datastore is back",
		}
	case found.Silent:
		return Fault{
			Reason: unsent + "its sockets are open, but it does not answer: the process hangs or is stopped",
			Remedy: remedyHangs,
		}
	case found.Accepts:
		return Fault{
			Reason: unsent + "it accepts connections, and its Admin API can't be asked from here who it is",
			Remedy: remedyServe,
		}
	}
	return Fault{
		Reason: unsent + "nothing accepts connections at its addresses from here",
		Remedy: "see whether it runs there (`kongo health`) and whether a firewall is in between; it can't be started before the datastore is back",
	}
}
