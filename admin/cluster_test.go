package admin_test

import (
	"context"
	"errors"
	"testing"

	"github.com/kongo-gateway/kongo/admin"
	"github.com/kongo-gateway/kongo/cluster"
)

// nodeList is a list of nodes that this process alone keeps.
type nodeList map[string]cluster.Node

func (l nodeList) Nodes(_ context.Context, all bool) cluster.List {
	list := cluster.List{Data: []cluster.Node{}}
	for _, n := range l {
		if all || n.Live {
			list.Data = append(list.Data, n)
		}
	}
	list.Total = len(list.Data)
	return list
}

func (l nodeList) Forget(_ context.Context, id string) (bool, error) {
	if id == unlucky {
		return false, errors.New("the store is away")
	}
	_, found := l[id]
	delete(l, id)
	return found, nil
}

const (
	gone    = "6f1c1f43-6a4a-4f0c-8f0e-4a5d6e7f8091"
	unlucky = "7f1c1f43-6a4a-4f0c-8f0e-4a5d6e7f8091"
)

func TestCluster(t *testing.T) {
	list := nodeList{
		nodeID: {ID: nodeID, Kind: cluster.KindKongo, Live: true, Name: "host", Address: "127.0.0.1:8000", Status: cluster.StatusAlive},
		gone:   {ID: gone, Kind: cluster.KindKongo, Status: cluster.StatusFailed},
	}
	n := start(t, func(o *admin.Options) { o.Cluster = list })
	for query, want := range map[string]int{"": 1, "?status=alive": 1, "?status=all": 2} {
		got := n.must("GET", "/cluster"+query, nil)
		data := got["data"].([]any)
		if got["total"] != float64(want) || len(data) != want {
			t.Errorf("/cluster%s: %v", query, got)
		}
	}
	first := n.must("GET", "/cluster", nil)["data"].([]any)[0].(doc)
	if first["node_id"] != nodeID || first["name"] != "host" || first["address"] != "127.0.0.1:8000" || first["status"] != "alive" {
		t.Errorf("the node is %v", first)
	}
	n.send("GET", "/cluster?status=tired", nil).want(t, 400, doc{"message": "status must be one of: alive, all"})
	if got := n.must("GET", "/cluster/nodes/"+gone, nil); got["status"] != "failed" || got["live"] != false {
		t.Errorf("the node is %v", got)
	}
	missing := doc{"message": "Not found"}
	n.send("DELETE", "/cluster/nodes/"+gone, nil).want(t, 204, nil)
	n.send("DELETE", "/cluster/nodes/"+gone, nil).want(t, 404, missing)
	n.send("GET", "/cluster/nodes/"+gone, nil).want(t, 404, missing)
	n.send("DELETE", "/cluster/nodes/nobody", nil).want(t, 404, missing)
	n.send("DELETE", "/cluster/nodes/"+unlucky, nil).want(t, 500, doc{"message": "An unexpected error occurred"})
	n.send("POST", "/cluster", doc{}).want(t, 405, doc{"message": "Method not allowed"})
}
