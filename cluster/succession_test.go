package cluster_test

import (
	"testing"

	"github.com/kongo-gateway/kongo/cluster"
)

// A node that crashed and was started again counts once, and at once.
func TestRestartedNodeReplacesTheFormer(t *testing.T) {
	t.Parallel()
	path := file(t)
	address := func(host, proxy string) func(*cluster.Options) {
		return func(o *cluster.Options) { o.Self.Hostname, o.Self.Proxy, o.Self.Admin = host, []string{proxy}, nil }
	}
	crashed := join(t, open(t, path), "", address("one", "0.0.0.0:8000"))
	crashed.stop()
	join(t, open(t, path), "", address("two", "0.0.0.0:8000")) // the same words on another host
	join(t, open(t, path), "", address("one", "0.0.0.0:9000"))
	again := join(t, open(t, path), "", address("one", "0.0.0.0:8000"))
	if got := again.Live(t.Context()); got != 3 {
		t.Errorf("%d nodes are live", got)
	}
	for _, n := range again.Nodes(t.Context(), true).Data {
		if n.Live != (n.ID != crashed.ID()) || (n.Status == cluster.StatusAlive) != n.Live {
			t.Errorf("node %s at %s %s: live %v, %s", n.ID, n.Hostname, n.Address, n.Live, n.Status)
		}
	}
}

// Containers may all have the same name and the same addresses.
func TestTwinsAreBothLive(t *testing.T) {
	t.Parallel()
	path := file(t)
	first := join(t, open(t, path), "twin", nil)
	second := join(t, open(t, path), "twin", nil)
	eventually(t, "the first has announced itself since the second was started", func() bool {
		return second.Nodes(t.Context(), false).Total == 2 && second.Live(t.Context()) == 2
	})
	third := join(t, open(t, path), "twin", func(o *cluster.Options) { o.Self.Replaces = true })
	eventually(t, "all are on the list", func() bool { return first.Nodes(t.Context(), false).Total == 3 })
	// It was told that it takes the place of one, which will end.
	if got := third.Live(t.Context()); got != 1 {
		t.Errorf("the one that replaces counts %d", got)
	}
}
