package cassandra

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/gocql/gocql"
)

func TestConsistencyLevels(t *testing.T) {
	for _, c := range []struct {
		name string
		opts Options
		want consistencies
	}{
		{"nothing said", Options{}, consistencies{gocql.One, gocql.Quorum, gocql.Quorum, gocql.Serial}},
		{
			"at home in a data center", Options{Policy: "DCAwareRoundRobin", ReadConsistency: "LOCAL_ONE", WriteConsistency: "LOCAL_QUORUM"},
			consistencies{gocql.LocalOne, gocql.LocalQuorum, gocql.LocalQuorum, gocql.LocalSerial},
		},
		{
			"more than a quorum", Options{ReadConsistency: "QUORUM", WriteConsistency: "EACH_QUORUM"},
			consistencies{gocql.Quorum, gocql.Quorum, gocql.EachQuorum, gocql.Serial},
		},
		{
			"a quorum of all data centers", Options{Policy: "RequestDCAwareRoundRobin", WriteConsistency: "QUORUM"},
			consistencies{gocql.One, gocql.LocalQuorum, gocql.Quorum, gocql.LocalSerial},
		},
		{
			"a quorum of no data center in particular", Options{WriteConsistency: "LOCAL_QUORUM"},
			consistencies{gocql.One, gocql.Quorum, gocql.Quorum, gocql.Serial},
		},
		{
			"everything", Options{ReadConsistency: "ALL", WriteConsistency: "ALL"},
			consistencies{gocql.All, gocql.Quorum, gocql.All, gocql.Serial},
		},
	} {
		if got, err := c.opts.levels(); err != nil || got != c.want {
			t.Errorf("%s: %v %v, want %v", c.name, got, err, c.want)
		}
	}
	if _, err := (&Options{ReadConsistency: "SOME"}).levels(); err == nil {
		t.Error("an unknown level is taken")
	}
}

func TestReplicationOptions(t *testing.T) {
	for _, c := range []struct {
		replication Replication
		want        string
	}{
		{Replication{}, "{'class': 'SimpleStrategy', 'replication_factor': 1}"},
		{Replication{Strategy: "SimpleStrategy", Factor: 3}, "{'class': 'SimpleStrategy', 'replication_factor': 3}"},
		{
			Replication{Strategy: "NetworkTopologyStrategy", DataCenters: []string{"dc1:2", "dc 2: 3"}},
			"{'class': 'NetworkTopologyStrategy', 'dc1': 2, 'dc 2': 3}",
		},
	} {
		if got, err := c.replication.options(); err != nil || got != c.want {
			t.Errorf("%+v: %s %v, want %s", c.replication, got, err, c.want)
		}
	}
	for _, dc := range []string{"dc1", "dc1:x", "dc1:-1"} {
		r := Replication{Strategy: "NetworkTopologyStrategy", DataCenters: []string{dc}}
		if got, err := r.options(); err == nil {
			t.Errorf("%s: %s", dc, got)
		}
	}
}

func TestVersions(t *testing.T) {
	for _, c := range []struct{ versions, want string }{
		{"5.0.9 5.0.2 5.1.0", ""},
		{"3.11.4", ""},
		{"2.1.22", "Kong requires cassandra 3.0 or greater (currently using 2.1)"},
		{"4.1.10 5.0.9", "different major versions detected"},
	} {
		if got := fmt.Sprint(judgeVersions(strings.Fields(c.versions))); !strings.HasPrefix(got, c.want) || c.want == "" && got != "<nil>" {
			t.Errorf("%s: %s, want %s", c.versions, got, c.want)
		}
	}
}

// sequence hands out nodes in an order.
func sequence(hosts ...*gocql.HostInfo) gocql.NextHost {
	return func() gocql.SelectedHost {
		if len(hosts) == 0 {
			return nil
		}
		host := hosts[0]
		hosts = hosts[1:]
		return pinnedHost{host}
	}
}

// places are the positions among some nodes of those that are handed out.
func places(next gocql.NextHost, among []*gocql.HostInfo) string {
	places := []int{}
	for host := next(); host != nil; host = next() {
		places = append(places, slices.Index(among, host.Info()))
	}
	return fmt.Sprint(places)
}

func TestAnotherNodeIsAskedFirst(t *testing.T) {
	nodes := []*gocql.HostInfo{{}, {}, {}}
	if got := places(last(nodes[0], sequence(nodes...)), nodes); got != "[1 2 0]" {
		t.Errorf("the nodes are asked in the order %s", got)
	}
}

func TestOtherDataCentersAreAskedForWantOfNodes(t *testing.T) {
	nodes := []*gocql.HostInfo{{}, {}, {}}
	for near, want := range []string{"[0 1 2]", "[0]", "[0 1]", "[0 1 2]"} {
		local := func(host *gocql.HostInfo) bool { return slices.Index(nodes, host) < near }
		if got := places(nearby(local, sequence(nodes...)), nodes); got != want {
			t.Errorf("with %d nodes near, %s are asked, want %s", near, got, want)
		}
	}
}
