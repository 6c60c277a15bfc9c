package e2e_test

import (
	"encoding/json"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/internal/testenv"
)

// newcomerConf is a kong.conf as somebody writes it who has read about clusters: with keys of older versions, and comments
// behind the values.
const newcomerConf = `
prefix = %s
cluster_listen = 10.0.0.5:7946       # as in an article
cluster_listen_rpc = 127.0.0.1:7373
%s
proxy_listen = %s
admin_listen = %s
status_listen = off
admin_gui_listen = off
db_update_frequency = 1              # Frequency (in seconds) at which to check for
                                     # updated entities with the datastore.
db_update_propagation = 0
db_cache_ttl = 3600
log_level = notice
`

// newcomers are three nodes on one machine, with addresses, prefixes and files of their own.
func newcomers(t *testing.T, datastore string) []*testenv.Node {
	t.Helper()
	var nodes []*testenv.Node
	for i := range 3 {
		n := plainNode(t, "")
		at := func(address string) string {
			_, port, err := net.SplitHostPort(address)
			if err != nil {
				t.Fatal(err)
			}
			return fmt.Sprintf("127.0.0.%d:%s", i+1, port)
		}
		n.Proxy, n.Admin = at(n.Proxy), at(n.Admin)
		write(t, n.Conf, fmt.Sprintf(newcomerConf, n.Prefix, datastore, n.Proxy, n.Admin))
		t.Cleanup(func() { n.Run(t, "stop", "-p", n.Prefix) })
		nodes = append(nodes, n)
	}
	return nodes
}

// shownCluster is what `kongo cluster --json` and GET /cluster say.
type shownCluster struct {
	Data []struct {
		ID           string   `json:"node_id"`
		Kind         string   `json:"kind"`
		Listen       []string `json:"listen"`
		Live         bool     `json:"live"`
		Name         string   `json:"name"`
		Address      string   `json:"address"`
		Status       string   `json:"status"`
		ConfigHash   string   `json:"config_hash"`
		SettingsHash string   `json:"settings_hash"`
	} `json:"data"`
	Total   int    `json:"total"`
	Warning string `json:"warning"`
}

// clusterOf is what a command says of the cluster.
func clusterOf(t *testing.T, n *testenv.Node, args ...string) shownCluster {
	t.Helper()
	got := n.Run(t, append([]string{"cluster", "status", "--json", "-c", n.Conf}, args...)...)
	var shown shownCluster
	if err := json.Unmarshal([]byte(got.Stdout), &shown); err != nil || got.ExitCode != 0 {
		t.Fatalf("kongo cluster: %d %v\n%s%s", got.ExitCode, err, got.Stdout, got.Stderr)
	}
	if shown.Total != len(shown.Data) {
		t.Errorf("total is %d of %d", shown.Total, len(shown.Data))
	}
	return shown
}

// newcomer goes through what somebody does who sets up a first cluster, and finds an answer at every step.
func newcomer(t *testing.T, datastore, name string) {
	nodes := newcomers(t, datastore)
	for i, n := range nodes {
		got := n.Run(t, "start", "-c", n.Conf)
		if got.ExitCode != 0 {
			t.Fatalf("start: %s%s", got.Stdout, got.Stderr)
		}
		for _, key := range []string{"cluster_listen", "cluster_listen_rpc"} {
			if !strings.Contains(got.Stderr, " "+key+": ") {
				t.Errorf("nothing is said about %s: %s", key, got.Stderr)
			}
		}
		line := fmt.Sprintf("Kong started\n%d live nodes share this datastore (%s); `kongo cluster` lists them\n", i+1, name)
		if i == 0 {
			line = fmt.Sprintf("Kong started\n1 live node uses this datastore (%s); `kongo cluster` lists them\n", name)
		}
		if !strings.HasSuffix(got.Stdout, line) {
			t.Errorf("start ends with %q, want %q", got.Stdout, line)
		}
	}

	upstream := testenv.HTTPBin(t)
	must(t, "POST", "http://"+nodes[0].Admin+"/services", `{"name":"s","url":"http://`+upstream.Addr+`"}`)
	must(t, "POST", "http://"+nodes[1].Admin+"/services/s/routes", `{"name":"r","paths":["/s"]}`)
	eventually(t, "the third node serves what was configured through the others", func() bool {
		status, _ := send(t, "GET", "http://"+nodes[2].Proxy+"/s/get", "")
		return status == 200
	})
	eventually(t, "all nodes have the same configuration", func() bool {
		shown := clusterOf(t, nodes[0])
		return shown.Total == 3 && shown.Data[0].ConfigHash != "" && shown.Data[0].ConfigHash == shown.Data[1].ConfigHash &&
			shown.Data[1].ConfigHash == shown.Data[2].ConfigHash
	})
	for i, n := range nodes {
		shown := clusterOf(t, n)
		var api shownCluster
		_, answer := send(t, "GET", "http://"+n.Admin+"/cluster", "")
		if err := json.Unmarshal([]byte(answer), &api); err != nil || api.Total != 3 {
			t.Errorf("GET /cluster: %s", answer)
		}
		for j, node := range shown.Data {
			if !node.Live || node.Kind != "kongo" || node.Status != "alive" || node.Address != nodes[j].Proxy ||
				node.Listen[1] != nodes[j].Admin || node.SettingsHash != shown.Data[0].SettingsHash || api.Data[j].ID != node.ID {
				t.Errorf("node %d as node %d sees it is %+v", j, i, node)
			}
		}
	}
	if root := must(t, "GET", "http://"+nodes[1].Admin+"/", ""); root["node_id"] != clusterOf(t, nodes[0]).Data[1].ID {
		t.Errorf("GET / calls the node %v", root["node_id"])
	}
	expect(t, nodes[0], "cluster -c CONF", 0, "NODE ID …"+nodes[2].Proxy+"…3 live nodes on "+name+"\n", "…")
	expect(t, nodes[0], "cluster verify -c CONF", 0, "ok …saw the probe after…3 live nodes on "+name+" see each other's changes\n", "…")
	expect(t, nodes[0], "version", 0, "kongo …\n", "")

	third := clusterOf(t, nodes[0]).Data[2].ID
	expect(t, nodes[2], "stop -p "+nodes[2].Prefix, 0, "Kong stopped\n", "")
	if shown := clusterOf(t, nodes[0]); shown.Total != 2 {
		t.Errorf("after the end of one node there are %+v", shown)
	}
	gone := clusterOf(t, nodes[0], "--all")
	if gone.Total != 3 || gone.Data[2].ID != third || gone.Data[2].Status != "failed" || gone.Data[2].Live {
		t.Errorf("all nodes are %+v", gone)
	}
	node := "http://" + nodes[0].Admin + "/cluster/nodes/" + third
	if shown := must(t, "GET", node, ""); shown["status"] != "failed" {
		t.Errorf("the node is %v", shown)
	}
	for _, want := range []int{204, 404} {
		if status, answer := send(t, "DELETE", node, ""); status != want {
			t.Errorf("DELETE: %d %s", status, answer)
		}
	}
	if shown := clusterOf(t, nodes[0], "--all"); shown.Total != 2 {
		t.Errorf("after the node was forgotten there are %+v", shown)
	}
}

func TestNewcomerOnOneFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "kongo.db")
	newcomer(t, "database = sqlite   # one file for all\nsqlite_path = "+path, "sqlite "+path)
}

func TestNewcomerOnPostgres(t *testing.T) {
	t.Parallel()
	server := testenv.PostgreSQL(t)
	d := bootstrap(t, server)
	env := d.Env()
	newcomer(t, fmt.Sprintf(`
database = postgres             # Determines which of PostgreSQL or Cassandra
                                # this node will use as its datastore.
pg_host = %s             # The PostgreSQL host to connect to.
pg_port = %s                  # The port to connect to.
pg_user = %s                  # The username to authenticate if required.
pg_password = %s              # The password to authenticate if required.
pg_database = %s              # The database name to connect to.
`, env["KONG_PG_HOST"], env["KONG_PG_PORT"], env["KONG_PG_USER"], env["KONG_PG_PASSWORD"], env["KONG_PG_DATABASE"]),
		fmt.Sprintf("postgres %s:%s/%s", env["KONG_PG_HOST"], env["KONG_PG_PORT"], env["KONG_PG_DATABASE"]))
}

func TestNewcomerOnCassandra(t *testing.T) {
	t.Parallel()
	k := newKeyspace(t, testenv.Cassandra(t))
	n := k.node(t, nil)
	if got := n.Run(t, "migrations", "bootstrap", "-c", n.Conf); got.ExitCode != 0 {
		t.Fatalf("bootstrap: %s%s", got.Stdout, got.Stderr)
	}
	newcomer(t, fmt.Sprintf("database = cassandra\ncassandra_contact_points = %s\ncassandra_port = %d\ncassandra_keyspace = %s\npg_timeout = 60000",
		strings.Join(k.server.Addresses(), ","), k.server.Port, k.name),
		fmt.Sprintf("cassandra %s:%d/%s", strings.Join(k.server.Addresses(), ","), k.server.Port, k.name))
}
