package e2e_test

import (
	"fmt"
	"maps"
	"os"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/cassandra"
	"github.com/kongo-gateway/kongo/datastore/migration"
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

// kongs makes the keyspace as Kong 2.8 leaves it, with rows of every entity.
func (k keyspace) kongs(t *testing.T) {
	t.Helper()
	storage, err := cassandra.OpenMigrations(t.Context(), cassandra.Options{
		ContactPoints: k.server.Addresses(), Port: k.server.Port, Keyspace: k.name,
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer storage.Close()
	known := cassandra.Known(strings.Fields(
		"acl acme basic-auth bot-detection hmac-auth ip-restriction jwt key-auth oauth2 rate-limiting response-ratelimiting session"))
	run := migration.Run{
		Known: known[:len(known)-1], Storage: storage, LockTimeout: patience, Print: func(string) {},
	}
	if err := run.Bootstrap(t.Context()); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("../cassandra/testdata/rows28.cql")
	if err != nil {
		t.Fatal(err)
	}
	session := k.server.Session(t)
	statements := append([]string{"TRUNCATE " + k.name + ".workspaces"}, strings.Split(string(text), ";\n")...)
	for _, statement := range statements {
		if i := strings.Index(statement, "INSERT INTO "); i >= 0 {
			statement = strings.Replace(statement[i:], "INSERT INTO ", "INSERT INTO "+k.name+".", 1)
		}
		if strings.TrimSpace(statement) == "" {
			continue
		}
		if err := session.Query(statement).Exec(); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

// A keyspace that Kong 2.8 uses is served as it is. What Kong 3.9 has in addition is there after `migrations up`.
func TestServingAKeyspaceOfKong28(t *testing.T) {
	t.Parallel()
	k := newKeyspace(t, testenv.Cassandra(t))
	k.kongs(t)
	n := k.node(t, nil)
	expect(t, n, "migrations list -c CONF", 5, "Executed migrations:\n…New migrations available:\nkongo: 000_base\n…", "…")
	n.Start(t)
	admin := "http://" + n.Admin
	for _, c := range []struct {
		method, path, body string
		status             int
		member, want       string // of the answer
	}{
		{"GET", "/", "", 200, "configuration.database", `"cassandra"`},
		{"GET", "/routes/all", "", 200, "paths", `["~/v(1|2)","/plain"]`},
		{"GET", "/services/shop", "", 200, "tags", `["a","ünï"]`},
		{"GET", "/consumers/ana/key-auth/k-ana", "", 200, "key", `"k-ana"`},
		{"GET", "/certificates/a.example.com", "", 200, "snis", `["a.example.com"]`},
		{"GET", "/vaults/my-env", "", 200, "config.prefix", `"S_"`},
		{"GET", "/upstreams/pool/targets", "", 200, "data.0.weight", "10"},
		{"GET", "/tags/safe", "", 200, "data.0.entity_name", `"sm_vaults"`},
		{"GET", "/key-sets", "", 200, "data", `[]`},
		{"POST", "/key-sets", `{"name":"x"}`, 400, "message", `"schema violation (key_sets: not available on a Kong 2.8 database)"`},
		{"POST", "/services", `{"name":"shop","host":"h"}`, 409, "name", `"unique constraint violation"`},
		{"POST", "/upstreams/pool/targets", `{"target":"10.0.0.1:8080"}`, 409, "name", `"unique constraint violation"`},
		{"POST", "/services/shop/routes", `{"name":"new","paths":["~/n(1)$","/p"]}`, 201, "paths", `["~/n(1)$","/p"]`},
		{"PUT", "/routes/odd", `{"paths":["/a$b"]}`, 200, "paths", `["/a$b"]`},
		{"PATCH", "/routes/all", `{"regex_priority":8}`, 200, "regex_priority", "8"},
		{"PUT", "/consumers/bob", `{}`, 200, "username", `"bob"`},
		{"DELETE", "/services/shop", "", 400, "name", `"foreign key violation"`},
	} {
		status, answer := send(t, c.method, admin+c.path, c.body)
		if got := memberOf(answer, c.member); status != c.status || got != c.want {
			t.Errorf("%s %s %s: %d, %s is %s\nwant %d %s\n%s", c.method, c.path, c.body, status, c.member, got, c.status, c.want, answer)
		}
	}
	if status, answer := send(t, "GET", "http://"+n.Proxy+"/a$b/c", ""); status != 503 || !strings.Contains(answer, "no Service found") {
		t.Errorf("the route without a service is not matched: %d %s", status, answer)
	}
	workspace := k.value(t, "SELECT id FROM KEYSPACE.workspaces")
	for query, want := range map[string]string{
		"SELECT id FROM KEYSPACE.consumers WHERE username = '" + workspace + ":bob'":                           "",
		"SELECT JSON paths FROM KEYSPACE.routes WHERE partition = 'routes' AND name = '" + workspace + ":new'": `{"paths": ["/n(1)$", "/p"]}`,
		"SELECT JSON paths FROM KEYSPACE.routes WHERE partition = 'routes' AND name = '" + workspace + ":odd'": `{"paths": ["/(?:a\\$b)"]}`,
		"SELECT DISTINCT channel FROM KEYSPACE.cluster_events":                                                 "invalidations",
	} {
		if got := k.value(t, query); want != "" && got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	n.Stop(t)

	expect(t, n, "migrations up -c CONF", 0, "migrating kongo on keyspace '"+k.name+"'...\nkongo migrated up to: 000_base (executed)\n"+
		"1 migration processed\n1 executed\n", "…")
	n.Start(t)
	must(t, "POST", admin+"/key-sets", `{"name":"x"}`)
	if status, answer := send(t, "GET", admin+"/routes/new", ""); status != 200 || memberOf(answer, "paths") != `["~/n(1)$","/p"]` {
		t.Errorf("the route is %d %s", status, answer)
	}
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
	follow(t, first, second, upstream)

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
