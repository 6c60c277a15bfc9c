package cluster_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/cluster"
)

func verdictOf(t *testing.T, report cluster.Report, m *member) cluster.Verdict {
	t.Helper()
	i := slices.IndexFunc(report.Data, func(v cluster.Verdict) bool { return v.ID == m.ID() })
	if i < 0 {
		t.Fatalf("nothing is said about %s: %+v", m.ID(), report)
	}
	return report.Data[i]
}

func TestVerify(t *testing.T) {
	t.Parallel()
	path := file(t)
	first := join(t, open(t, path), "a", nil)
	second := join(t, open(t, path), "b", nil)
	var asking sync.WaitGroup
	for range 3 { // people who verify at the same time
		asking.Go(func() {
			report, err := cluster.NewView(first.store, nil).Verify(t.Context())
			if err != nil || !report.OK || report.Total != 2 {
				t.Errorf("the report is %+v, error %v", report, err)
				return
			}
			for _, m := range []*member{first, second} {
				if v := verdictOf(t, report, m); v.Result != cluster.ResultSeen || v.TookMS == nil || *v.TookMS < 0 || len(v.Faults) > 0 {
					t.Errorf("the verdict is %+v", v)
				}
			}
		})
	}
	asking.Wait()
	if list := first.Nodes(t.Context(), true); list.Total != 2 {
		t.Errorf("who verifies is taken for a node: %+v", list)
	}
}

func TestVerifyFindsFaults(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*cluster.Options)
		reason string
	}{
		"a clock ahead": {func(o *cluster.Options) {
			o.Clock = func() time.Time { return time.Now().Add(10 * time.Minute) }
		}, "its clock is 10m0s ahead of that of the datastore"},
		"a clock behind": {func(o *cluster.Options) {
			o.Clock = func() time.Time { return time.Now().Add(-time.Hour) }
		}, "its clock is 1h0m0s behind that of the datastore"},
		"a long propagation": {func(o *cluster.Options) { o.Self.Propagation = time.Minute }, "db_update_propagation = 60 there"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := file(t)
			good := join(t, open(t, path), "good", nil)
			bad := join(t, open(t, path), "bad", c.change)
			report, err := cluster.NewView(good.store, nil).Verify(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			v := verdictOf(t, report, bad)
			if report.OK || v.Result != cluster.ResultFailed || len(v.Faults) != 1 || !strings.Contains(v.Faults[0].Reason, c.reason) || v.Faults[0].Remedy == "" {
				t.Errorf("the verdict is %+v", v)
			}
			if v := verdictOf(t, report, good); v.Result != cluster.ResultSeen {
				t.Errorf("the verdict on the other is %+v", v)
			}
		})
	}
}

// What became of a node that announces itself no more is asked at its address.
func TestVerifyAsksLostNodes(t *testing.T) {
	t.Parallel()
	path := file(t)
	first := join(t, open(t, path), "a", nil)
	lost := join(t, open(t, path), "b", nil)
	lost.stop()
	verify := func(found cluster.Reached) cluster.Report {
		t.Helper()
		report, err := cluster.NewView(first.store, func(context.Context, cluster.Node) cluster.Reached { return found }).Verify(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return report
	}
	// As long as it counts as live it has to see the probe.
	if v := verdictOf(t, verify(cluster.Reached{Accepts: true, Silent: true}), lost); v.Result != cluster.ResultFailed ||
		!strings.Contains(v.Faults[0].Reason, "it did not see the probe within 5.04s") || !strings.Contains(v.Faults[0].Reason, "hangs or is stopped") {
		t.Errorf("the verdict is %+v", v)
	}
	eventually(t, "the node is not live", func() bool { return first.Nodes(t.Context(), false).Total == 1 })
	for name, c := range map[string]struct {
		found  cluster.Reached
		reason string // "" for no fault
	}{
		"gone":             {cluster.Reached{}, ""},
		"hanging":          {cluster.Reached{Accepts: true, Silent: true}, "hangs or is stopped"},
		"other program":    {cluster.Reached{Accepts: true}, ""},
		"answering":        {cluster.Reached{Accepts: true, ID: lost.ID()}, "polling is stuck"},
		"on another store": {cluster.Reached{Accepts: true, ID: "other", Datastore: "sqlite /other"}, "uses another datastore: sqlite /other"},
		"another node":     {cluster.Reached{Accepts: true, ID: first.ID()}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			report := verify(c.found)
			if c.reason == "" {
				if !report.OK || report.Total != 1 {
					t.Errorf("the report is %+v", report)
				}
				return
			}
			if v := verdictOf(t, report, lost); report.OK || !strings.Contains(v.Faults[0].Reason, c.reason) || v.Faults[0].Remedy == "" {
				t.Errorf("the verdict is %+v", v)
			}
		})
	}
}

func TestStoreFaults(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"ERROR: cannot execute INSERT in a read-only transaction (SQLSTATE 25006)": "read-only",
		"attempt to write a readonly database (8)":                                 "read-only",
		"connection refused": "can't be used",
	} {
		if fault := cluster.StoreFault(errors.New(text)); !strings.Contains(fault.Reason, want) || !strings.Contains(fault.Reason, text) || fault.Remedy == "" {
			t.Errorf("%s: %+v", text, fault)
		}
	}
}
