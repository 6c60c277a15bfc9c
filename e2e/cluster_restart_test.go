package e2e_test

import (
	"maps"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/kongo-gateway/kongo/internal/testenv"
)

// counted starts two nodes on a datastore, ends the first of them in every way there is, and expects that a start counts
// both, whatever was there a moment before.
func counted(t *testing.T, settings map[string]string) {
	t.Helper()
	env := map[string]string{"KONG_NGINX_DAEMON": "on"}
	maps.Copy(env, settings)
	var nodes [2]*testenv.Node
	start := func(n *testenv.Node, line string) {
		t.Helper()
		if got := n.Run(t, "start", "-c", n.Conf); got.ExitCode != 0 || !strings.Contains(got.Stdout, "Kong started\n"+line) {
			t.Fatalf("start: %d %s%s, want %q", got.ExitCode, got.Stdout, got.Stderr, line)
		}
	}
	both := func(when string) {
		t.Helper()
		if shown := clusterOf(t, nodes[1]); shown.Total != 2 || shown.Data[0].Address == shown.Data[1].Address {
			t.Errorf("%s the nodes are %+v", when, shown)
		}
	}
	for i := range nodes {
		n := testenv.NewNode(t, testenv.NodeConfig{Env: env})
		nodes[i] = n
		t.Cleanup(func() { n.Run(t, "stop", "-p", n.Prefix) })
	}
	start(nodes[0], "1 live node uses ")
	start(nodes[1], "2 live nodes share ")
	first := nodes[0]
	for range 2 {
		if err := syscall.Kill(pidOf(t, first), syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the process is gone", func() bool {
			return first.Run(t, "health", "-p", first.Prefix).ExitCode != 0
		})
		start(first, "2 live nodes share ")
		both("after a crash")
	}
	for _, args := range [][]string{{"stop", "-p", first.Prefix}, {"quit", "-p", first.Prefix}} {
		if got := first.Run(t, args...); got.ExitCode != 0 {
			t.Fatalf("%s: %s%s", args[0], got.Stdout, got.Stderr)
		}
		start(first, "2 live nodes share ")
		both("after " + args[0])
	}
	if got := first.Run(t, "restart", "-c", first.Conf); got.ExitCode != 0 || !strings.Contains(got.Stdout, "Kong started\n2 live nodes share ") {
		t.Errorf("restart: %s%s", got.Stdout, got.Stderr)
	}
	eventually(t, "the process that was replaced has left", func() bool { return clusterOf(t, nodes[1]).Total == 2 })
	if got := nodes[1].Run(t, "cluster", "verify", "-c", nodes[1].Conf); got.ExitCode != 0 || !strings.Contains(got.Stdout, "2 live nodes on ") {
		t.Errorf("verify: %s%s", got.Stdout, got.Stderr)
	}
}

func TestRestartedNodesAreCountedOnOneFile(t *testing.T) {
	t.Parallel()
	counted(t, map[string]string{"KONG_SQLITE_PATH": filepath.Join(t.TempDir(), "kongo.db")})
}

func TestRestartedNodesAreCountedOnPostgres(t *testing.T) {
	t.Parallel()
	counted(t, bootstrap(t, testenv.PostgreSQL(t)).Env())
}

func TestRestartedNodesAreCountedOnCassandra(t *testing.T) {
	t.Parallel()
	k := newKeyspace(t, testenv.Cassandra(t))
	n := k.node(t, nil)
	if got := n.Run(t, "migrations", "bootstrap", "-c", n.Conf); got.ExitCode != 0 {
		t.Fatalf("bootstrap: %s%s", got.Stdout, got.Stderr)
	}
	env := k.server.Env(k.name)
	env["KONG_PG_TIMEOUT"] = "60000" // bounds the start of a node on a machine that is busy
	counted(t, env)
}
