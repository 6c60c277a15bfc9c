package e2e_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/kongo-gateway/kongo/internal/testenv"
)

// found runs `kongo cluster verify` and `kongo doctor` on a node and fails the test unless both fail and name a fault.
func found(t *testing.T, n *testenv.Node, words ...string) {
	t.Helper()
	foundWith(t, n, nil, words...)
}

// foundWith does so with further options of the two commands.
func foundWith(t *testing.T, n *testenv.Node, options []string, words ...string) {
	t.Helper()
	named := func(what, text string) {
		t.Helper()
		for _, word := range words {
			if !strings.Contains(text, word) {
				t.Errorf("%s does not say %q:\n%s", what, word, text)
			}
		}
	}
	verified := n.Run(t, append([]string{"cluster", "verify", "-c", n.Conf}, options...)...)
	if verified.ExitCode != 1 || !strings.Contains(verified.Stdout, "      -> ") {
		t.Errorf("verify: exit code %d\n%s%s", verified.ExitCode, verified.Stdout, verified.Stderr)
	}
	named("verify", verified.Stdout)
	examined := n.Run(t, append([]string{"doctor", "--json", "-c", n.Conf}, options...)...)
	var findings []struct{ Check, Result, Detail, Remedy string }
	if err := json.Unmarshal([]byte(examined.Stdout), &findings); err != nil || examined.ExitCode != 1 {
		t.Fatalf("doctor: exit code %d, error %v\n%s%s", examined.ExitCode, err, examined.Stdout, examined.Stderr)
	}
	var failed []string
	for _, f := range findings {
		if f.Result == "fail" {
			failed = append(failed, f.Check+": "+f.Detail)
			if f.Remedy == "" {
				t.Errorf("nothing is said about what to do: %s", f.Detail)
			}
		}
	}
	named("doctor", strings.Join(failed, "\n"))
}

// healthy fails the test unless verify and doctor, with further options, find nothing wrong.
func healthy(t *testing.T, n *testenv.Node, options ...string) {
	t.Helper()
	for _, args := range [][]string{{"cluster", "verify", "-c", n.Conf}, {"doctor", "-c", n.Conf}} {
		if got := n.Run(t, append(args, options...)...); got.ExitCode != 0 {
			t.Errorf("kongo %s: exit code %d\n%s%s", strings.Join(args, " "), got.ExitCode, got.Stdout, got.Stderr)
		}
	}
}

// listed waits until nodes are on the list of a datastore. They answer a moment before.
func listed(t *testing.T, nodes ...*testenv.Node) {
	t.Helper()
	eventually(t, "all nodes are on the list", func() bool { return clusterOf(t, nodes[0]).Total == len(nodes) })
}

func TestFindsANodeThatStoppedPolling(t *testing.T) {
	t.Parallel()
	d := bootstrap(t, testenv.PostgreSQL(t))
	first, second := d.node(t, nil), d.node(t, nil)
	listed(t, first, second)
	healthy(t, first)
	second.Signal(t, syscall.SIGSTOP)
	defer second.Signal(t, syscall.SIGCONT)
	found(t, first, second.Proxy, "hangs or is stopped")
}

func TestFindsANodeOnAnotherDatabase(t *testing.T) {
	t.Parallel()
	server := testenv.PostgreSQL(t)
	d, other := bootstrap(t, server), bootstrap(t, server)
	first, second := d.node(t, nil), d.node(t, nil)
	listed(t, first, second)
	second.Stop(t)
	config := fmt.Sprintf("pg_database = %s\n", other.Name)
	write(t, second.Conf, config)
	start := second.Command("restart", "-c", second.Conf)
	start.Env = append(start.Env, "KONG_PG_DATABASE="+other.Name, "KONG_NGINX_DAEMON=on")
	if out, err := start.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	defer second.Run(t, "stop", "-p", second.Prefix)
	found(t, first, second.Proxy, "uses another datastore", other.Name)
}

// A node that has never used the datastore is on no list. It is found by its address.
func TestFindsANodeThatWasNeverThere(t *testing.T) {
	t.Parallel()
	server := testenv.PostgreSQL(t)
	d, other := bootstrap(t, server), bootstrap(t, server)
	first, second := d.node(t, nil), d.node(t, map[string]string{"KONG_NODE_ID": uuid.NewString()})
	stray := other.node(t, nil)
	listed(t, first, second)
	healthy(t, first)
	healthy(t, first, "--node", "http://"+first.Admin, "--node", second.Admin, "--node=http://"+second.Status+"/")
	foundWith(t, first, []string{"--node", "http://" + second.Admin, "--node", "http://" + stray.Admin}, "uses another datastore: postgres ", "/"+other.Name)
	foundWith(t, first, []string{"--node", stray.Status}, "it is not on the list of postgres ")
	stray.Stop(t)
	foundWith(t, first, []string{"--node", "http://" + stray.Admin}, "no node introduces itself at http://"+stray.Admin, "connection refused")
}

func TestFindsAReadOnlyDatabase(t *testing.T) {
	t.Parallel()
	d := bootstrap(t, testenv.PostgreSQL(t))
	n := d.node(t, nil)
	listed(t, n)
	d.run(t, "ALTER DATABASE "+d.Name+" SET default_transaction_read_only = on")
	found(t, n, "the database is read-only")
}

func TestFindsLatePropagation(t *testing.T) {
	t.Parallel()
	d := bootstrap(t, testenv.PostgreSQL(t))
	n, late := d.node(t, nil), d.node(t, map[string]string{"KONG_DB_UPDATE_PROPAGATION": "60"})
	listed(t, late, n)
	found(t, late, "db_update_propagation = 60")
}

// Nodes whose clocks are off are those of a server that has the time of ten minutes ago: nobody else has another clock than this
// machine.
func TestFindsAClockThatIsOff(t *testing.T) {
	t.Parallel()
	d := bootstrap(t, testenv.StartPostgreSQLAhead(t, testenv.DefaultPostgres, -10*time.Minute))
	first, second := d.node(t, nil), d.node(t, nil)
	listed(t, first, second)
	found(t, first, first.Proxy, second.Proxy, "its clock is 10m0s ahead of that of the datastore")
	found(t, second, "its clock is 10m0s ahead of that of the datastore")
}

// While the database is away the commands say so, and show what the local node knows.
func TestClusterWithoutItsDatabase(t *testing.T) {
	t.Parallel()
	server := testenv.StartPostgreSQL(t, testenv.DefaultPostgres)
	d := bootstrap(t, server)
	first, second := d.node(t, nil), d.node(t, nil)
	eventually(t, "the first node knows both", func() bool {
		_, answer := send(t, "GET", "http://"+first.Admin+"/cluster", "")
		return strings.Contains(answer, second.Proxy)
	})
	server.Stop(t, testenv.PostgresCrash)
	shown := clusterOf(t, first)
	if shown.Total != 2 || !strings.Contains(shown.Warning, "can't be reached") {
		t.Errorf("the cluster is %+v", shown)
	}
	found(t, first, "connection refused")
	server.Start(t)
	eventually(t, "all is well", func() bool {
		got := first.Run(t, "cluster", "verify", "-c", first.Conf)
		return got.ExitCode == 0 && strings.Contains(got.Stdout, "2 live nodes")
	})
	healthy(t, first)
}

// What a probe and a table cost is no entity, and no event that a node of Kong would read.
func TestVerifyTouchesNothing(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "kongo.db")
	n := testenv.Kongo(t, testenv.NodeConfig{Env: map[string]string{"KONG_SQLITE_PATH": path, "KONG_DB_UPDATE_FREQUENCY": "1"}})
	listed(t, n)
	before := must(t, "GET", "http://"+n.Admin+"/services", "")
	healthy(t, n)
	if after := must(t, "GET", "http://"+n.Admin+"/services", ""); fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("services were %v and are %v", before, after)
	}
	if shown := clusterOf(t, n); shown.Total != 1 {
		t.Errorf("the command is taken for a node: %+v", shown)
	}
}
