package e2e_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/kongo-gateway/kongo/internal/testenv"
)

// Two nodes on one database learn of each other's changes within db_update_frequency and a second.
func TestTwoNodesOnPostgres(t *testing.T) {
	t.Parallel()
	d := bootstrap(t, testenv.PostgreSQL(t))
	upstream := testenv.HTTPBin(t)
	first, second := d.node(t, nil), d.node(t, nil)
	follow(t, first, second, upstream)
}

const (
	randomRoutes   = 8 // that are changed at random, r0 …
	randomVersions = 4 // of their paths, /r0/v0 …
	randomServices = 4 // to which they lead, s0 …
)

// Two nodes that change the same things at random end with the same routing: that of the tables.
func TestRandomChangesOnTwoNodes(t *testing.T) {
	t.Parallel()
	d := bootstrap(t, testenv.PostgreSQL(t))
	upstream := testenv.HTTPBin(t)
	nodes := []*testenv.Node{d.node(t, nil), d.node(t, nil)}
	for s := range randomServices {
		must(t, "PUT", fmt.Sprintf("http://%s/services/s%d", nodes[0].Admin, s),
			fmt.Sprintf(`{"url":"http://%s/anything/s%d"}`, upstream.Addr, s))
	}
	var working sync.WaitGroup
	for _, n := range nodes {
		working.Go(func() {
			for range testenv.RandomChanges.N() / len(nodes) {
				method, url, body := randomChange()
				status, answer := send(t, method, "http://"+n.Admin+url, body)
				// The other node may have removed what is to be changed, or made the same a moment earlier.
				if status >= 500 || status == http.StatusBadRequest {
					t.Errorf("%s %s %s: %d %s", method, url, body, status, answer)
				}
			}
		})
	}
	working.Wait()

	want := d.routing(t)
	for i, n := range nodes {
		var got map[string]string
		deadline := time.Now().Add(patience)
		for got = routing(t, n); !equal(got, want) && time.Now().Before(deadline); got = routing(t, n) {
			time.Sleep(50 * time.Millisecond)
		}
		if !equal(got, want) {
			t.Errorf("node %d routes %v, the tables say %v", i, got, want)
		}
	}
	t.Logf("%d paths are routed in the end", len(want))
}

func randomChange() (method, url, body string) {
	route, version, service := rand.IntN(randomRoutes), rand.IntN(randomVersions), rand.IntN(randomServices)
	url = fmt.Sprintf("/routes/r%d", route)
	switch rand.IntN(6) {
	case 0:
		return "DELETE", url, ""
	case 1:
		return "PATCH", url, fmt.Sprintf(`{"paths":["/r%d/v%d"]}`, route, version)
	case 2:
		return "PATCH", fmt.Sprintf("/services/s%d", service), fmt.Sprintf(`{"path":"/anything/s%d-%d"}`, service, version)
	}
	return "PUT", fmt.Sprintf("/services/s%d%s", service, url), fmt.Sprintf(`{"paths":["/r%d/v%d"]}`, route, version)
}

// routing tells by paths where the tables lead to.
func (d *kongDatabase) routing(t *testing.T) map[string]string {
	t.Helper()
	rows, err := d.connect(t).Query(t.Context(), "SELECT r.paths[1], s.path FROM routes AS r JOIN services AS s ON s.id = r.service_id")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	found := map[string]string{}
	for rows.Next() {
		var path, leads string
		if err := rows.Scan(&path, &leads); err != nil {
			t.Fatal(err)
		}
		found[path] = leads
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return found
}

// routing tells by paths where a node leads to.
func routing(t *testing.T, n *testenv.Node) map[string]string {
	t.Helper()
	found := map[string]string{}
	for route := range randomRoutes {
		for version := range randomVersions {
			path := fmt.Sprintf("/r%d/v%d", route, version)
			status, answer := send(t, "GET", "http://"+n.Proxy+path, "")
			if status != http.StatusOK {
				continue
			}
			var echo struct{ URL string }
			if err := json.Unmarshal([]byte(answer), &echo); err != nil {
				t.Fatal(err)
			}
			found[path] = echo.URL[strings.Index(echo.URL, "/anything"):]
		}
	}
	return found
}

func equal(a, b map[string]string) bool { return fmt.Sprint(a) == fmt.Sprint(b) }

// A4: every process is a node of its own, also with the same prefix.
func TestJoiningA4EveryProcessHasAnIDOfItsOwn(t *testing.T) {
	t.Parallel()
	d := bootstrap(t, testenv.PostgreSQL(t))
	n := d.node(t, nil)
	must(t, "PUT", "http://"+n.Admin+"/consumers/first", "{}")
	n.Restart(t)
	must(t, "PUT", "http://"+n.Admin+"/consumers/second", "{}")
	other := d.node(t, nil)
	must(t, "PUT", "http://"+other.Admin+"/consumers/third", "{}")
	if got := d.value(t, "SELECT count(DISTINCT node_id) FROM cluster_events"); got != int64(3) {
		t.Errorf("three processes have %v ids", got)
	}
}

// told inserts a row of cluster_events as Kong does.
func (d *kongDatabase) told(t *testing.T, channel, data string) {
	t.Helper()
	_, err := d.connect(t).Exec(t.Context(), `INSERT INTO cluster_events (id, node_id, at, nbf, expire_at, channel, data)
		VALUES ($1, '9f1d0f2e-0d0c-4b60-9d53-5e1f6f7d9d11', CURRENT_TIMESTAMP(3), NULL, CURRENT_TIMESTAMP(3) + INTERVAL '1 hour',
			$2, $3)`, uuid.NewString(), channel, data)
	if err != nil {
		t.Fatal(err)
	}
}

// A6 and C4: a node acts on every channel that Kong nodes use, and reads anew what a row names.
func TestJoiningA6ActsOnEveryChannel(t *testing.T) {
	t.Parallel()
	d := bootstrap(t, testenv.PostgreSQL(t))
	upstream := testenv.HTTPBin(t)
	n := d.node(t, nil)
	admin := "http://" + n.Admin
	must(t, "PUT", admin+"/services/s", `{"url":"http://`+upstream.Addr+`"}`)
	route := must(t, "PUT", admin+"/services/s/routes/r", `{"paths":["/before"]}`)["id"].(string)
	group := must(t, "PUT", admin+"/upstreams/u", `{}`)["id"].(string)
	must(t, "PUT", admin+"/services/balanced", `{"url":"http://u"}`)
	must(t, "PUT", admin+"/services/balanced/routes/b", `{"paths":["/balanced"]}`)
	workspace := d.value(t, "SELECT id::text FROM workspaces").(string)
	becomes := func(what, path string, want int) {
		t.Helper()
		eventually(t, what, func() bool {
			status, _ := send(t, "GET", "http://"+n.Proxy+path, "")
			return status == want
		})
	}

	d.run(t, "UPDATE routes SET paths = '{/version}' WHERE name = 'r'")
	d.told(t, "invalidations_kong_core_db_cache", "router:version")
	becomes("a new version makes all be read anew", "/version/get", http.StatusOK)
	d.run(t, "UPDATE routes SET paths = '{/core}' WHERE name = 'r'")
	d.told(t, "invalidations_kong_core_db_cache", "routes:"+route+":::::"+workspace)
	becomes("a key of the core cache is read anew", "/core/get", http.StatusOK)
	d.run(t, "UPDATE routes SET paths = '{/general}' WHERE name = 'r'")
	d.told(t, "invalidations", "routes:"+route+":::::"+workspace)
	becomes("a key of the general cache is read anew", "/general/get", http.StatusOK)

	host := strings.Split(upstream.Addr, ":")
	d.run(t, fmt.Sprintf(`INSERT INTO targets (id, upstream_id, target, weight, ws_id, cache_key) VALUES
		('11111111-1111-4111-a111-111111111111', '%[1]s', '%[2]s', 100, '%[3]s', 'targets:%[1]s:%[2]s::::%[3]s')`,
		group, upstream.Addr, workspace))
	d.told(t, "balancer:targets", "create:"+group)
	becomes("a target is added", "/balanced/get", http.StatusOK)
	health := fmt.Sprintf("%s||%s|%%d|%s|u", host[0], host[1], group)
	d.run(t, `UPDATE upstreams SET healthchecks = jsonb_set(healthchecks, '{passive,unhealthy,http_failures}', '1')`)
	d.told(t, "balancer:upstreams", "update:"+workspace+":"+group+":u")
	time.Sleep(2 * frequency)
	d.told(t, "balancer:post_health", fmt.Sprintf(health, 0))
	becomes("a target is marked unhealthy", "/balanced/get", http.StatusServiceUnavailable)
	d.told(t, "balancer:post_health", fmt.Sprintf(health, 1))
	becomes("a target is marked healthy", "/balanced/get", http.StatusOK)
	d.told(t, "log_level", `{"log_level":8,"timeout":60}`)
	eventually(t, "the log level changes", func() bool {
		_, answer := send(t, "GET", admin+"/debug/node/log-level", "")
		return strings.Contains(answer, "debug")
	})

	d.run(t, "DELETE FROM routes WHERE name = 'r'")
	d.told(t, "invalidations_kong_core_db_cache", "routes:"+route+":::::"+workspace)
	becomes("a row that is gone is forgotten", "/general/get", http.StatusNotFound)
}

// C3: a key that can't be made sense of drops all that it may be about.
func TestJoiningC3DropsWhatAKeyMayBeAbout(t *testing.T) {
	t.Parallel()
	d := bootstrap(t, testenv.PostgreSQL(t))
	upstream := testenv.HTTPBin(t)
	n := d.node(t, nil)
	must(t, "PUT", "http://"+n.Admin+"/services/s", `{"url":"http://`+upstream.Addr+`"}`)
	must(t, "PUT", "http://"+n.Admin+"/services/s/routes/r", `{"paths":["/0"]}`)
	for i, key := range []string{"routes:new-form:1:2", "routes:", "services:x", "upstreams::::::", "targets:h:1"} {
		d.run(t, fmt.Sprintf("UPDATE routes SET paths = '{/%d}'", i+1))
		d.told(t, "invalidations_kong_core_db_cache", key)
		eventually(t, key+" makes the route be read anew", func() bool {
			status, _ := send(t, "GET", fmt.Sprintf("http://%s/%d/get", n.Proxy, i+1), "")
			return status == http.StatusOK
		})
	}
	if log := n.Log(); slices.ContainsFunc(strings.Split(log, "\n"), func(line string) bool { return strings.Contains(line, "panic") }) {
		t.Error(log)
	}
}

// What somebody says of a target's health on one node holds on the other, too.
func TestHealthOfTargetsOnTwoNodes(t *testing.T) {
	t.Parallel()
	d := bootstrap(t, testenv.PostgreSQL(t))
	upstream := testenv.HTTPBin(t)
	first, second := d.node(t, nil), d.node(t, nil)
	admin := "http://" + first.Admin
	id := must(t, "PUT", admin+"/upstreams/u", `{"healthchecks":{"passive":{"unhealthy":{"http_failures":1}}}}`)["id"]
	must(t, "POST", admin+"/upstreams/u/targets", fmt.Sprintf(`{"target":%q}`, upstream.Addr))
	must(t, "PUT", admin+"/services/s", `{"url":"http://u"}`)
	must(t, "PUT", admin+"/services/s/routes/r", `{"paths":["/r"]}`)
	for _, step := range []struct {
		mark string
		sign int
		want int
	}{{"healthy", 1, http.StatusOK}, {"unhealthy", 0, http.StatusServiceUnavailable}, {"healthy", 1, http.StatusOK}} {
		must(t, "PUT", fmt.Sprintf("%s/upstreams/u/targets/%s/%s", admin, upstream.Addr, step.mark), "")
		for _, n := range []*testenv.Node{first, second} {
			eventually(t, "the target is "+step.mark, func() bool {
				status, _ := send(t, "GET", "http://"+n.Proxy+"/r/get", "")
				return status == step.want
			})
		}
		host, port, _ := strings.Cut(upstream.Addr, ":")
		want := fmt.Sprintf("%s||%s|%d|%s|u", host, port, step.sign, id)
		got := d.value(t, "SELECT data FROM cluster_events WHERE channel = 'balancer:post_health' ORDER BY at DESC LIMIT 1")
		if got != want {
			t.Errorf("told was %v, want %s", got, want)
		}
	}
}

// Nodes that read from a replica serve their own changes at once, and those of others when they have arrived there. Without
// the replica they go on with the primary.
func TestTwoNodesWithAReplica(t *testing.T) {
	t.Parallel()
	server := testenv.StartPostgreSQL(t, testenv.DefaultPostgres)
	d := bootstrap(t, server)
	replica := server.Replica(t)
	settings := map[string]string{"KONG_PG_RO_HOST": "127.0.0.1", "KONG_PG_RO_PORT": fmt.Sprint(replica.Port)}
	upstream := testenv.HTTPBin(t)
	first, second := d.node(t, settings), d.node(t, settings)
	must(t, "PUT", "http://"+first.Admin+"/services/s", `{"url":"http://`+upstream.Addr+`"}`)
	follows := func(i int) {
		t.Helper()
		path := fmt.Sprintf("/%d", i)
		must(t, "PUT", "http://"+first.Admin+"/services/s/routes/r", fmt.Sprintf(`{"paths":[%q]}`, path))
		if status, answer := send(t, "GET", "http://"+first.Proxy+path+"/get", ""); status != http.StatusOK {
			t.Errorf("on the node that made the change %s is %d %s", path, status, answer)
		}
		eventually(t, path+" is there on the other node", func() bool {
			status, _ := send(t, "GET", "http://"+second.Proxy+path+"/get", "")
			return status == http.StatusOK
		})
	}
	for i := range 3 {
		follows(i)
	}
	replica.Stop(t, testenv.PostgresCrash)
	follows(3)
}
