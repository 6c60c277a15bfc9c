package e2e_test

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/internal/testenv"
)

// keyspace is a place in a Cassandra for one test.
type keyspace struct {
	server *testenv.CassandraServer
	name   string
}

func newKeyspace(t *testing.T, server *testenv.CassandraServer) keyspace {
	t.Helper()
	k := keyspace{server, server.Keyspace()}
	session := server.Session(t)
	t.Cleanup(func() {
		// The server may be gone, and the keyspace with it.
		_ = session.Query("DROP KEYSPACE IF EXISTS " + k.name).Exec()
	})
	return k
}

// node prepares a node on the keyspace, with further settings.
func (k keyspace) node(t *testing.T, settings map[string]string) *testenv.Node {
	t.Helper()
	env := k.server.Env(k.name)
	env["KONG_DB_UPDATE_FREQUENCY"] = fmt.Sprint(frequency.Seconds())
	env["KONG_DB_UPDATE_PROPAGATION"] = "0"
	env["KONG_CASSANDRA_TIMEOUT"] = fmt.Sprint(patience.Milliseconds())
	env["KONG_PG_TIMEOUT"] = fmt.Sprint(patience.Milliseconds()) // a busy machine may take long to connect
	maps.Copy(env, settings)
	return testenv.NewNode(t, testenv.NodeConfig{Env: env})
}

// value returns the only value of a query.
func (k keyspace) value(t *testing.T, query string) string {
	t.Helper()
	var v string
	if err := k.server.Session(t).Query(strings.ReplaceAll(query, "KEYSPACE", k.name)).Scan(&v); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return v
}

// The commands about the tables of a keyspace print what those about a database do.
func TestMigrationsOnCassandra(t *testing.T) {
	t.Parallel()
	k := newKeyspace(t, testenv.Cassandra(t))
	n := k.node(t, nil)
	on := "on keyspace '" + k.name + "'...\n"
	for _, c := range []struct {
		args           string
		code           int
		stdout, stderr string
	}{
		{"migrations list", 3, needsBootstrap + "\n", "…"},
		{"migrations up", 1, "", "…Error: Cannot run migrations: " + needsBootstrap + more},
		{"migrations reset -y", 1, "Database not bootstrapped, nothing to reset\n", "…"},
		{"start", 1, "…", "…Error: " + needsBootstrap + more},
		{"migrations bootstrap", 0, "Bootstrapping database...\nmigrating core " + on + "core migrated up to: 000_base (executed)\n…" +
			"core migrated up to: 015_270_to_280 (executed)\nmigrating acl " + on + "…migrating kongo " + on +
			"kongo migrated up to: 000_base (executed)\n44 migrations processed\n44 executed\nDatabase is up-to-date\n", "…"},
		{"migrations bootstrap", 0, "Database already bootstrapped\n", "…"},
		{"migrations up", 0, "Database is already up-to-date\n", "…"},
		{"migrations finish", 0, "No pending migrations to finish\n", "…"},
		{"migrations list", 0, "Executed migrations:\n                 core: 000_base, …", "…"},
	} {
		expect(t, n, c.args+" -c CONF", c.code, c.stdout, c.stderr)
	}
	expect(t, n, "migrations reset -y -c CONF", 0, "Resetting database...\nDatabase successfully reset\n", "…")
	expect(t, n, "migrations list -c CONF", 3, "…", "…")
}

// Two nodes on one keyspace learn of each other's changes within db_update_frequency and a second.
func TestTwoNodesOnCassandra(t *testing.T) {
	t.Parallel()
	k := newKeyspace(t, testenv.Cassandra(t))
	upstream := testenv.HTTPBin(t)
	first, second := k.node(t, nil), k.node(t, nil)
	if got := first.Run(t, "migrations", "bootstrap", "-c", first.Conf); got.ExitCode != 0 {
		t.Fatalf("bootstrap: %s%s", got.Stdout, got.Stderr)
	}
	first.Start(t)
	second.Start(t)

	change := func(method, url, body, path string, want int) time.Duration {
		t.Helper()
		must(t, method, "http://"+first.Admin+url, body)
		start := time.Now()
		if status, answer := send(t, "GET", "http://"+first.Proxy+path, ""); status != want {
			t.Errorf("on the node that made the change %s is %d %s", path, status, answer)
		}
		eventually(t, path+" is as it should be on the other node", func() bool {
			status, _ := send(t, "GET", "http://"+second.Proxy+path, "")
			return status == want
		})
		return time.Since(start)
	}
	best := time.Duration(1<<63 - 1)
	// A busy machine may make any of the rounds late, but not all of them.
	for range 3 {
		must(t, "PUT", "http://"+first.Admin+"/services/s", `{"url":"http://`+upstream.Addr+`"}`)
		appears := change("PUT", "/services/s/routes/r", `{"paths":["/first"]}`, "/first/get", http.StatusOK)
		moves := change("PATCH", "/routes/r", `{"paths":["/second"]}`, "/second/get", http.StatusOK)
		goes := change("DELETE", "/routes/r", "", "/second/get", http.StatusNotFound)
		must(t, "DELETE", "http://"+first.Admin+"/services/s", "")
		best = min(best, max(appears, moves, goes))
	}
	if best > frequency+time.Second {
		t.Errorf("the other node follows after %v", best)
	}
	t.Logf("the other node follows within %v", best.Round(time.Millisecond))

	// All that Kong 3.9 has works on a keyspace that kongo made, and is told to nodes of Kong 2.8 in their way.
	admin := "http://" + second.Admin
	for _, c := range []struct{ path, body, member, want string }{
		{"/upstreams/u", `{"hash_on":"query_arg","hash_on_query_arg":"a","use_srv_name":true}`, "hash_on_query_arg", `"a"`},
		{"/key-sets/10000000-0000-4000-8000-000000000002", `{"name":"k","tags":["one"]}`, "tags", `["one"]`},
		{"/plugins/10000000-0000-4000-8000-000000000001", `{"name":"cors","instance_name":"mine"}`, "instance_name", `"mine"`},
		{"/routes/regex", `{"paths":["~/v(1|2)$"],"hosts":["a.example"]}`, "paths", `["~/v(1|2)$"]`},
		{"/vaults/my-env", `{"name":"env","config":{"prefix":"S_"}}`, "config.prefix", `"S_"`},
	} {
		must(t, "PUT", admin+c.path, c.body)
		for _, at := range []string{second.Admin, first.Admin} {
			_, answer := send(t, "GET", "http://"+at+c.path, "")
			if got := memberOf(answer, c.member); got != c.want {
				t.Errorf("%s of %s is %s, want %s\n%s", c.member, c.path, got, c.want, answer)
			}
		}
	}
	if got := k.value(t, "SELECT kongo_hash_on_query_arg FROM KEYSPACE.upstreams"); got != "a" {
		t.Errorf("hash_on_query_arg is stored as %q", got)
	}
	for _, key := range []string{"router:version", "vaults_beta:my-env:::::" + k.value(t, "SELECT id FROM KEYSPACE.workspaces")} {
		if got := k.value(t, "SELECT count(*) FROM KEYSPACE.cluster_events WHERE channel = 'invalidations' AND data = '"+key+
			"' ALLOW FILTERING"); got == "0" {
			t.Errorf("nodes of Kong 2.8 were not told of %s", key)
		}
	}
}
