package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/datastore/migration"
	"github.com/kongo-gateway/kongo/internal/testenv"
	"github.com/kongo-gateway/kongo/postgres"
)

// kong28 makes a database as Kong 2.8 leaves it, with rows of every entity.
func kong28(t *testing.T) testenv.Database {
	t.Helper()
	d := testenv.PostgreSQL(t).CreateDatabase(t)
	database, err := postgres.Open(postgres.Options{
		Server: postgres.Server{Host: d.Host, Port: d.Port, User: d.User, Password: d.Password, Database: d.Name, Timeout: patience},
		Log:    slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer database.Close()
	var steps []migration.Subsystem
	for _, s := range migration.Known(strings.Fields(
		"acl acme basic-auth bot-detection hmac-auth ip-restriction jwt key-auth oauth2 rate-limiting response-ratelimiting session")) {
		s.Steps = s.Steps[:s.Kong28]
		steps = append(steps, s)
	}
	run := migration.Run{Known: steps, Storage: database.Migrations(), LockTimeout: patience, Print: func(string) {}}
	if err := run.Bootstrap(t.Context()); err != nil {
		t.Fatal(err)
	}
	rows, err := os.ReadFile("../postgres/testdata/rows28.sql")
	if err != nil {
		t.Fatal(err)
	}
	query(t, session(t, d), string(rows))
	return d
}

// On the database of a Kong 2.8 the Admin API is that of Kong 3.9, and the rows stay as Kong 2.8 reads them.
func TestServingADatabaseOfKong28(t *testing.T) {
	t.Parallel()
	d := kong28(t)
	n := onPostgres(t, d)
	expect(t, n, "migrations list -c CONF", 5, "Executed migrations:\n…", "")
	n.Start(t)
	conn := session(t, d)
	admin := "http://" + n.Admin

	for _, c := range []struct {
		method, path, body string
		status             int
		member, want       string // of the answer
	}{
		{"GET", "/routes/regular", "", 200, "paths", `["~/v(1|2)","/plain","~/a\\.b$","~/über","/x/y/~z"]`},
		{"GET", "/services/shop", "", 200, "tags", `["a","ünï"]`},
		{"GET", "/consumers/ana", "", 200, "username", `"ana"`},
		{"GET", "/consumers/ana/key-auth/k-ana", "", 200, "key", `"k-ana"`},
		{"GET", "/plugins/28000000-0000-4000-8000-000000000101", "", 200, "config.redis.host", `"redis.example"`},
		{"GET", "/plugins/28000000-0000-4000-8000-000000000103", "", 200, "config.headers", `{"x-one":"a","x-two":"a, b"}`},
		{"GET", "/plugins/28000000-0000-4000-8000-000000000104", "", 200, "config.access", `["return 1"]`},
		{"GET", "/plugins/28000000-0000-4000-8000-000000000106", "", 200, "config.rolling_timeout", `1800`},
		{"GET", "/vaults/my-env", "", 200, "config.prefix", `"SECRET_"`},
		{"GET", "/upstreams/pool/targets", "", 200, "data.0.weight", "20"},
		{"GET", "/key-sets", "", 200, "data", `[]`},
		{"GET", "/keys", "", 200, "data", `[]`},
		{"GET", "/tags/safe", "", 200, "data.0.entity_name", `"sm_vaults"`},

		{"POST", "/key-sets", `{"name":"x"}`, 400, "message", `"schema violation (key_sets: not available on a Kong 2.8 database)"`},
		{"POST", "/upstreams", `{"name":"q","hash_on":"query_arg","hash_on_query_arg":"a"}`, 400, "fields.hash_on_query_arg", `"not available on a Kong 2.8 database"`},
		{"POST", "/plugins", `{"name":"cors","instance_name":"x"}`, 400, "message", `"schema violation (instance_name: not available on a Kong 2.8 database)"`},
		{"POST", "/upstreams/pool/targets", `{"target":"10.0.0.1:8080"}`, 409, "name", `"unique constraint violation"`},

		{"POST", "/services/shop/routes", `{"name":"new","paths":["~/n(1)$","/p"]}`, 201, "paths", `["~/n(1)$","/p"]`},
		{"PATCH", "/routes/regular", `{"regex_priority":8}`, 200, "regex_priority", "8"},
		{"PATCH", "/plugins/28000000-0000-4000-8000-000000000101", `{"config":{"redis":{"host":"moved.example"}}}`, 200, "config.redis.host", `"moved.example"`},
		{"PATCH", "/vaults/my-env", `{"config":{"prefix":"MY_"}}`, 200, "config.prefix", `"MY_"`},
		{"PUT", "/consumers/bob", `{}`, 200, "username", `"bob"`},
		{"DELETE", "/services/shop", "", 400, "name", `"foreign key violation"`},
	} {
		status, answer := send(t, c.method, admin+c.path, c.body)
		if got := memberOf(answer, c.member); status != c.status || got != c.want {
			t.Errorf("%s %s %s: %d, %s is %s\nwant %d %s\n%s", c.method, c.path, c.body, status, c.member, got, c.status, c.want, answer)
		}
	}

	for statement, want := range map[string]string{
		"SELECT paths::text FROM routes WHERE name = 'new'":                              "{/n(1)$,/p}",
		"SELECT paths::text FROM routes WHERE name = 'regular'":                          `{/v(1|2),/plain,"/a\\.b$",/über,/x/y/~z}`,
		"SELECT config->>'redis_host' FROM plugins WHERE name = 'rate-limiting'":         "moved.example",
		"SELECT config->>'prefix' FROM vaults_beta":                                      "MY_",
		"SELECT string_agg(DISTINCT channel, ' ') FROM cluster_events":                   "invalidations",
		"SELECT count(*)::text FROM cluster_events WHERE data = 'router:version'":        "2",
		"SELECT count(*)::text FROM schema_meta WHERE '016_280_to_300' = ANY (executed)": "0",
		"SELECT DISTINCT data FROM cluster_events WHERE data LIKE 'vaults%'":             "vaults_beta:my-env:::::8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0028",
	} {
		var got string
		if err := conn.QueryRow(context.Background(), statement).Scan(&got); err != nil || got != want {
			t.Errorf("%s: %v\n got %s\nwant %s", statement, err, got, want)
		}
	}
}

// What nodes of Kong 2.8 change, nodes of kongo serve.
func TestANodeOfKong28ChangesSomething(t *testing.T) {
	t.Parallel()
	d := kong28(t)
	env := d.Env()
	env["KONG_DB_UPDATE_FREQUENCY"] = "0.2"
	n := testenv.Kongo(t, testenv.NodeConfig{Env: env})
	proxy := "http://" + n.Proxy + "/from-28/7"
	if status, _ := send(t, "POST", proxy, ""); status != 404 {
		t.Fatalf("before there is a route the answer is %d", status)
	}
	conn := session(t, d)
	query(t, conn, `INSERT INTO routes (id, created_at, updated_at, name, protocols, paths, regex_priority, strip_path, preserve_host,
			https_redirect_status_code, path_handling, ws_id, request_buffering, response_buffering)
		VALUES ('28000000-0000-4000-8000-000000000013', to_timestamp(1600000000), to_timestamp(1600000001), 'late', '{http,https}',
			'{"/from-28/\\d+$"}', 0, true, false, 426, 'v0', '8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0028', true, true)`)
	for _, key := range []string{"routes:28000000-0000-4000-8000-000000000013:::::8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0028", "router:version"} {
		query(t, conn, `INSERT INTO cluster_events (id, node_id, at, nbf, expire_at, channel, data)
			VALUES (gen_random_uuid(), '28000000-0000-4000-8000-000000000299', CURRENT_TIMESTAMP(3), NULL,
				CURRENT_TIMESTAMP(3) + interval '1 hour', 'invalidations', '`+key+`')`)
	}
	eventually(t, "the route is served, which has no service", func() bool {
		status, _ := send(t, "POST", proxy, "")
		return status == 503
	})
}

func TestStartRunsMigrations(t *testing.T) {
	t.Parallel()
	n := daemonNode(t, testenv.NodeConfig{Env: kong28(t).Env()})
	expect(t, n, "start -c CONF --run-migrations", 0, "…24 migrations processed\n15 executed\n9 pending\n\n"+
		"Database has pending migrations; run 'kongo migrations finish' when ready\nDatabase has pending migrations:\n…Kong started\n…", "…")
	expect(t, n, "stop -p "+n.Prefix, 0, "Kong stopped\n", "")
	log, err := os.ReadFile(n.Prefix + "/logs/error.log")
	if err != nil || !strings.Contains(string(log), "[warn]") || !strings.Contains(string(log), "database has pending migrations:") {
		t.Errorf("the node did not warn: %v\n%s", err, log)
	}
	expect(t, n, "migrations finish -c CONF", 0, "…9 executed\nNo pending migrations to finish\n", "")
	expect(t, n, "start -c CONF --run-migrations", 0, "Kong started\n…", "…")
	expect(t, n, "stop -p "+n.Prefix, 0, "Kong stopped\n", "")
}

// memberOf returns the JSON of a member of an answer, whose path has dots and the places in lists.
func memberOf(answer, path string) string {
	var v any
	if err := json.Unmarshal([]byte(answer), &v); err != nil {
		return err.Error()
	}
	for _, name := range strings.Split(path, ".") {
		switch container := v.(type) {
		case map[string]any:
			v = container[name]
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i >= len(container) {
				return "nothing"
			}
			v = container[i]
		default:
			return "nothing"
		}
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return err.Error()
	}
	return strings.TrimSpace(text.String())
}

// On a database of Kong 2.8 requests find their routes, and routes their upstream paths, as they did there.
func TestRoutingOnADatabaseOfKong28(t *testing.T) {
	t.Parallel()
	d := kong28(t)
	upstream := testenv.HTTPBin(t)
	usual, chosen := d.Env(), d.Env()
	chosen["KONG_ROUTER_FLAVOR"] = "traditional_compatible"
	first := testenv.Kongo(t, testenv.NodeConfig{Env: usual})
	must(t, "PUT", "http://"+first.Admin+"/services/echo", `{"url":"http://`+upstream.Addr+`/anything/x"}`)
	for _, route := range []string{
		`{"id":"11111111-1111-4111-a111-111111111111","name":"older","paths":["/twin"],"created_at":1600000000,"path_handling":"v1"}`,
		`{"id":"22222222-2222-4222-a222-222222222222","name":"younger","paths":["/twin"],"created_at":1600000001,"strip_path":false}`,
	} {
		must(t, "POST", "http://"+first.Admin+"/services/echo/routes", route)
	}
	second := testenv.Kongo(t, testenv.NodeConfig{Env: chosen})
	for n, want := range map[*testenv.Node]string{first: "/anything/xmore", second: "/anything/x/twinmore"} {
		status, answer := send(t, "GET", "http://"+n.Proxy+"/twinmore", "")
		if status != 200 || !strings.Contains(answer, want+`"`) {
			t.Errorf("the answer is %d %s, want one from %s", status, answer, want)
		}
	}
}
