package cluster_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/cluster"
)

// known is a list as the Admin API of a node shows it.
const known = `{"total":5,"data":[
	{"node_id":"answers","kind":"kongo","hostname":"a","address":"a:8000","live":true},
	{"node_id":"hangs","kind":"kongo","hostname":"b","address":"b:8000","live":true},
	{"node_id":"gone","kind":"kongo","hostname":"c","address":"c:8000","live":true},
	{"node_id":"was","kind":"kongo","hostname":"c","address":"c:8000","live":false},
	{"node_id":"other","kind":"kongo","hostname":"d","address":"d:8000","live":true},
	{"node_id":"private","kind":"kongo","hostname":"e","address":"e:8000","live":true},
	{"node_id":"kong","kind":"kong","live":true}]}`

func TestUnverified(t *testing.T) {
	t.Parallel()
	var list cluster.List
	if err := json.Unmarshal([]byte(known), &list); err != nil {
		t.Fatal(err)
	}
	reach := func(_ context.Context, n cluster.Node) cluster.Reached {
		return map[string]cluster.Reached{
			"answers": {Accepts: true, ID: "answers"}, "hangs": {Accepts: true, Silent: true},
			"other": {Accepts: true, ID: "another"}, "private": {Accepts: true},
		}[n.ID]
	}
	report := list.Unverified(t.Context(), reach, errors.New("connection refused"))
	if report.OK || report.Total != 6 || len(report.Data) != 6 || len(report.Faults) != 1 || !strings.Contains(report.Faults[0].Reason, "connection refused") {
		t.Errorf("the report is %+v", report)
	}
	for _, v := range report.Data {
		words := map[string]string{
			"answers": "it answers, and serves what it knows", "hangs": "hangs or is stopped", "gone": "nothing accepts connections",
			"other": "another node answers at its addresses: another", "private": "can't be asked from here who it is",
		}[v.ID]
		switch {
		case v.ID == "kong":
			if v.Result != cluster.ResultSkipped || len(v.Faults) > 0 {
				t.Errorf("of the node of Kong it says %+v", v)
			}
		case words == "" || v.Result != cluster.ResultFailed || len(v.Faults) != 1 || !strings.Contains(v.Faults[0].Reason, words) || v.Faults[0].Remedy == "":
			t.Errorf("the verdict is %+v", v)
		}
	}
}

func TestExpectedNodes(t *testing.T) {
	t.Parallel()
	const here = "postgres 10.0.0.5:5432/kong"
	for name, c := range map[string]struct {
		node   cluster.Introduction
		err    error
		result string
		reason string
	}{
		"on the list": {cluster.Introduction{ID: "known", Kind: cluster.KindKongo, Datastore: here}, nil, cluster.ResultSeen, ""},
		"on another datastore": {cluster.Introduction{ID: "x", Kind: cluster.KindKongo, Datastore: "sqlite /kongo.db"}, nil,
			cluster.ResultFailed, "it uses another datastore: sqlite /kongo.db, and not " + here},
		"on one of the same name": {cluster.Introduction{ID: "x", Kind: cluster.KindKongo, Datastore: here}, nil, cluster.ResultFailed, "the same words mean another server"},
		"on one that is not told": {cluster.Introduction{ID: "x", Kind: cluster.KindKongo}, nil, cluster.ResultFailed, "it is not on the list of " + here},
		"Kong on the same":        {cluster.Introduction{ID: "x", Kind: cluster.KindKong, Datastore: here}, nil, cluster.ResultSkipped, ""},
		"Kong on another":         {cluster.Introduction{ID: "x", Kind: cluster.KindKong, Datastore: "database = off"}, nil, cluster.ResultFailed, "uses another datastore: database = off"},
		"no node":                 {cluster.Introduction{}, errors.New("connection refused"), cluster.ResultFailed, "no node introduces itself at http://10.0.0.7:8001: connection refused"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			report := cluster.Report{OK: true, Total: 1, Data: []cluster.Verdict{{ID: "known", Result: cluster.ResultSeen}}}
			report.Expect("http://10.0.0.7:8001", here, c.node, c.err)
			v := report.Data[len(report.Data)-1]
			if v.AskedAt != "http://10.0.0.7:8001" || v.ID != c.node.ID || v.Result != c.result || report.Total != len(report.Data) ||
				report.OK != (c.reason == "") || (len(v.Faults) == 0) != report.OK {
				t.Fatalf("the report is %+v", report)
			}
			if !report.OK && (!strings.Contains(v.Faults[0].Reason, c.reason) || v.Faults[0].Remedy == "") {
				t.Errorf("the fault is %+v", v.Faults[0])
			}
		})
	}
}
