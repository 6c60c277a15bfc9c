package cluster

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/kongo-gateway/kongo/datastore"
)

// Results of a verification, for a node.
const (
	ResultSeen    = "seen"    // it saw the probe
	ResultFailed  = "failed"  // it did not, or something is wrong with it
	ResultSkipped = "skipped" // nodes of Kong do not answer probes
)

// Verdict is what a verification says of a node.
type Verdict struct {
	ID       string `json:"node_id"`
	Hostname string `json:"hostname"`
	Kind     string `json:"kind"`
	Address  string `json:"address"`
	// AskedAt is where the node has introduced itself, if it was asked to.
	AskedAt string `json:"asked_at,omitempty"`
	Result  string `json:"result"`
	// TookMS is how long the node took to see the probe; null if it did not.
	TookMS *int64  `json:"took_ms"`
	Faults []Fault `json:"faults"`
}

// Report is the outcome of a verification.
type Report struct {
	OK    bool      `json:"ok"`
	Data  []Verdict `json:"data"`
	Total int       `json:"total"`
	// Faults are those that concern no node in particular.
	Faults []Fault `json:"faults"`
}

// probePause is the time between two looks at who has seen a probe.
const probePause = 50 * time.Millisecond

// Verify sends a probe through the store and reports how long it took every live node to see it, waiting for two of a node's
// intervals and five seconds. It fails if the store can't be read or takes no probe; List.Unverified reports what can be said
// then. All other faults are in the report.
func (v *View) Verify(ctx context.Context) (Report, error) {
	report := Report{Data: []Verdict{}, Faults: []Fault{}}
	list, err := v.read(ctx)
	if err != nil {
		return report, err
	}
	list = list.filtered(true)
	if _, _, err := v.store.Nodes(ctx); errors.Is(err, datastore.ErrNoRegistry) {
		report.Faults = append(report.Faults, Fault{
			Reason: "the nodes keep no list in this datastore, so none can tell that it saw the probe",
			Remedy: "let the role make the schema for kongo's own tables (the log of a node names the GRANT), or run `kongo migrations up`",
		})
		return report, nil
	}
	took, err := v.probe(ctx, list)
	if err != nil {
		return report, err
	}
	report.judge(ctx, v, list, took)
	return report, nil
}

// probe publishes a probe and returns how long it took the nodes to see it, by their ids.
func (v *View) probe(ctx context.Context, list List) (map[string]time.Duration, error) {
	took := map[string]time.Duration{}
	patience := leastPatience
	waiting := map[string]bool{}
	for _, n := range list.Data {
		if n.Live && n.Kind == KindKongo {
			waiting[n.ID] = true
			patience = max(patience, 2*n.entry.frequency()+leastPatience)
		}
	}
	probe := uuid.NewString()
	start := time.Now()
	event := datastore.Event{Channel: channelProbe, Data: probe}
	if err := v.store.Publish(ctx, probe, []datastore.Event{event}, 0, time.Minute); err != nil {
		return nil, err
	}
	for len(waiting) > 0 && time.Since(start) < patience {
		records, _, err := v.store.Nodes(ctx)
		if err != nil {
			return nil, err
		}
		for _, r := range records {
			if !waiting[r.ID] {
				continue
			}
			if e := parseEntry(r); slices.Contains(e.Probes, probe) {
				took[r.ID] = time.Since(start)
				delete(waiting, r.ID)
			} else if e.Left { // it has just ended
				took[r.ID] = -1
				delete(waiting, r.ID)
			}
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(probePause):
		}
	}
	return took, nil
}

// judge says of every node what came of the probe.
func (r *Report) judge(ctx context.Context, v *View, list List, took map[string]time.Duration) {
	r.OK = true
	live := list.filtered(false).Data
	now, err := v.store.Now(ctx)
	if err != nil {
		now = time.Now()
	}
	for i := range list.Data {
		n := &list.Data[i]
		verdict := Verdict{ID: n.ID, Hostname: n.Hostname, Kind: n.Kind, Address: n.Address, Faults: []Fault{}}
		after, seen := took[n.ID]
		switch {
		case after < 0: // it has ended meanwhile
			continue
		case !n.Live:
			fault := v.lost(ctx, n, list.Data, now)
			if fault == nil {
				continue
			}
			verdict.Faults = append(verdict.Faults, *fault)
		case n.Kind == KindKong:
			verdict.Result = ResultSkipped
		case seen:
			verdict.Result = ResultSeen
			ms := after.Milliseconds()
			verdict.TookMS = &ms
			verdict.Faults = append(verdict.Faults, n.faults()...)
		default:
			verdict.Faults = append(verdict.Faults, v.unseen(ctx, n, now))
			verdict.Faults = append(verdict.Faults, n.faults()...)
		}
		if len(verdict.Faults) > 0 {
			verdict.Result, r.OK = ResultFailed, false
		}
		r.Data = append(r.Data, verdict)
	}
	r.Total = len(r.Data)
	if len(live) == 0 {
		r.OK = false
		r.Faults = append(r.Faults, Fault{
			Reason: "no live node shares this datastore",
			Remedy: "start nodes with `kongo start`, and compare their database settings with those of this command (`kongo config show`)",
		})
	}
}
