package e2e_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/internal/golden"
	"github.com/kongo-gateway/kongo/internal/golden/upstreams"
	"github.com/kongo-gateway/kongo/internal/testenv"
)

// load sends requests to a path of a node until it is stopped, and counts those that fail.
type load struct {
	sent, failed atomic.Int64
	last         atomic.Pointer[string] // the last failure
	stop         chan struct{}
	running      sync.WaitGroup
}

func startLoad(url string) *load {
	l := &load{stop: make(chan struct{})}
	for range 2 {
		l.running.Go(func() {
			client := &http.Client{Timeout: patience, Transport: &http.Transport{}}
			defer client.CloseIdleConnections()
			for {
				select {
				case <-l.stop:
					return
				case <-time.After(2 * time.Millisecond):
				}
				l.sent.Add(1)
				if err := request(client, url); err != nil {
					l.failed.Add(1)
					text := err.Error()
					l.last.Store(&text)
				}
			}
		})
	}
	return l
}

func request(client *http.Client, url string) error {
	response, err := client.Get(url)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", response.Status, body)
	}
	return err
}

// end stops the load and fails the test if a request has failed.
func (l *load) end(t *testing.T) {
	t.Helper()
	close(l.stop)
	l.running.Wait()
	if failed := l.failed.Load(); failed > 0 {
		t.Errorf("%d of %d requests failed, the last with %s", failed, l.sent.Load(), *l.last.Load())
	}
	t.Logf("%d requests", l.sent.Load())
}

// While the database is away everything is served that was served before, and all is well as soon as it is back.
func TestPostgresGoesAway(t *testing.T) {
	t.Parallel()
	server := testenv.StartPostgreSQL(t, testenv.DefaultPostgres)
	d := bootstrap(t, server)
	upstream := testenv.HTTPBin(t)
	nodes := []*testenv.Node{d.node(t, nil), d.node(t, nil)}
	serveRoute(t, nodes, upstream)

	var loads []*load
	for _, n := range nodes {
		loads = append(loads, startLoad("http://"+n.Proxy+"/r/status/200"))
	}
	server.Stop(t, testenv.PostgresCrash)
	away := time.Now()
	for _, n := range nodes {
		const unexpected = `{"message":"An unexpected error occurred"}`
		for _, c := range []struct{ method, path, body string }{
			{"GET", "/services", ""}, {"GET", "/routes/r", ""}, {"DELETE", "/routes/r", ""},
			{"POST", "/services", `{"host":"h"}`}, {"PATCH", "/services/s", `{"retries":1}`}, {"PUT", "/consumers/c", "{}"},
		} {
			if status, answer := send(t, c.method, "http://"+n.Admin+c.path, c.body); status != 500 || answer != unexpected {
				t.Errorf("%s %s: %d %s", c.method, c.path, status, answer)
			}
		}
		for _, address := range []string{n.Admin, n.Status} {
			status, answer := send(t, "GET", "http://"+address+"/status", "")
			if status != 200 || !strings.Contains(answer, `"database":{"reachable":false}`) {
				t.Errorf("/status: %d %s", status, answer)
			}
		}
		status, answer := send(t, "GET", "http://"+n.Status+"/status/ready", "")
		if status != 503 || answer != `{"message":"failed to connect to database"}` {
			t.Errorf("/status/ready: %d %s", status, answer)
		}
	}
	time.Sleep(testenv.OutageTime.D() - time.Since(away))
	server.Start(t)

	// A change can be made at once, and its way to the other node takes no longer than it always does.
	must(t, "PUT", "http://"+nodes[1].Admin+"/services/s/routes/back", `{"paths":["/back"]}`)
	start := time.Now()
	eventually(t, "the other node knows of the change", func() bool { return serves(t, nodes[0], "/back/get") })
	// Two polls, of which the first may have failed a moment before, on a machine that may be busy.
	if took := time.Since(start); took > 2*frequency+3*time.Second {
		t.Errorf("the other node knew of the change after %v", took)
	} else {
		t.Logf("the other node knew of the change after %v", took.Round(time.Millisecond))
	}
	for i, n := range nodes {
		loads[i].end(t)
		status, answer := send(t, "GET", "http://"+n.Status+"/status/ready", "")
		if status != 200 {
			t.Errorf("/status/ready: %d %s", status, answer)
		}
	}
}

// A backend that is killed, as by a fail-over that keeps the address, is no reason for anything to fail.
func TestPostgresDropsConnections(t *testing.T) {
	t.Parallel()
	d := bootstrap(t, testenv.PostgreSQL(t))
	upstream := testenv.HTTPBin(t)
	first, second := d.node(t, nil), d.node(t, nil)
	must(t, "PUT", "http://"+first.Admin+"/services/s", `{"url":"http://`+upstream.Addr+`"}`)
	for i := range 5 {
		time.Sleep(200 * time.Millisecond) // a connection that was in use a moment ago is not looked at first
		d.run(t, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'kongo'")
		must(t, "PUT", "http://"+first.Admin+"/services/s/routes/r", fmt.Sprintf(`{"paths":["/%d"]}`, i))
		eventually(t, "the other node goes on to poll", func() bool {
			status, _ := send(t, "GET", fmt.Sprintf("http://%s/%d/get", second.Proxy, i), "")
			return status == http.StatusOK
		})
	}
	if got := d.value(t, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'kongo'"); got.(int64) > 20 {
		t.Errorf("%d connections are open", got)
	}
}

// A node whose database is down says so, or waits for as long as it is told.
func TestStartWithoutPostgres(t *testing.T) {
	t.Parallel()
	server := testenv.StartPostgreSQL(t, testenv.DefaultPostgres)
	d := bootstrap(t, server)
	server.Stop(t, testenv.PostgresFast)
	n := d.prepare(t, map[string]string{"KONG_NGINX_DAEMON": "on"})
	const refused = "Error: [PostgreSQL error] failed to retrieve PostgreSQL server_version_num: connection refused" + more
	expect(t, n, "start -c CONF", 1, "…", refused)
	expect(t, n, "start -c CONF --db-timeout 1", 1, "…", refused)
	expect(t, n, "migrations list -c CONF", 1, "", refused)

	started := make(chan testenv.CommandResult)
	go func() { started <- n.Run(t, "start", "-c", n.Conf, "--db-timeout", "60") }()
	time.Sleep(time.Second)
	server.Start(t)
	if got := <-started; got.ExitCode != 0 {
		t.Errorf("start: %d %s%s", got.ExitCode, got.Stdout, got.Stderr)
	}
	if got := n.Run(t, "stop", "-p", n.Prefix); got.ExitCode != 0 {
		t.Errorf("stop: %d %s%s", got.ExitCode, got.Stdout, got.Stderr)
	}
}

// The exchanges that were recorded while a real node's database was down.
func TestGoldenDatabaseDown(t *testing.T) {
	t.Parallel()
	const name = "122_database_down"
	server := testenv.StartPostgreSQL(t, testenv.DefaultPostgres)
	d := bootstrap(t, server)
	servers, err := upstreams.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := servers.Close(); err != nil {
			t.Error(err)
		}
	})
	n := d.node(t, golden.Settings(t, name))
	golden.Replay(t, name, golden.Node{
		Proxy: n.Proxy, ProxyTLS: n.ProxyTLS, Admin: n.Admin, Status: n.Status,
		Upstreams: servers, LongestWait: healthRound, Unsupported: []string{"key-auth"},
		StopDatabase:  func() { server.Stop(t, testenv.PostgresCrash) },
		StartDatabase: func() { server.Start(t) },
	})
}

// A database that goes away again and again costs a node no connections, files or memory for good.
func TestPostgresGoesAwayOften(t *testing.T) {
	t.Parallel()
	server := testenv.StartPostgreSQL(t, testenv.DefaultPostgres)
	d := bootstrap(t, server)
	n := d.node(t, map[string]string{"KONG_DB_UPDATE_FREQUENCY": "0.1", "KONG_PG_POOL_SIZE": "5"})
	outage := func() {
		t.Helper()
		server.Stop(t, testenv.PostgresCrash)
		var requests sync.WaitGroup
		for range 20 {
			requests.Go(func() { send(t, "GET", "http://"+n.Admin+"/services", "") })
		}
		requests.Wait()
		server.Start(t)
		eventually(t, "the database is there again", func() bool {
			status, _ := send(t, "PUT", "http://"+n.Admin+"/consumers/c", "{}")
			return status == http.StatusOK
		})
	}
	outage()
	before, grown := processStatus(t, n), map[string]int{}
	for range testenv.Outages.N() {
		outage()
	}
	// What is left of connections of the test takes a moment to be closed.
	eventually(t, "the node holds no more than it did", func() bool {
		after := processStatus(t, n)
		for what, value := range after {
			grown[what] = value - before[what]
		}
		return grown[descriptors] <= 5 && grown["Threads:"] <= 8 && grown["VmRSS:"] <= 32<<10
	})
	t.Logf("%d files, %d threads and %d kB more than before", grown[descriptors], grown["Threads:"], grown["VmRSS:"])
	if got := d.value(t, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'kongo'"); got.(int64) > 5 {
		t.Errorf("%d connections are open", got)
	}
}

// descriptors is what processStatus calls the open files.
const descriptors = "descriptors"

// processStatus is what the system knows of the process of a node: its numbers by their names there, and its open files.
func processStatus(t *testing.T, n *testenv.Node) map[string]int {
	t.Helper()
	pid, err := os.ReadFile(filepath.Join(n.Prefix, "pids", "nginx.pid"))
	if err != nil {
		t.Fatal(err)
	}
	process := filepath.Join("/proc", strings.TrimSpace(string(pid)))
	text, err := os.ReadFile(filepath.Join(process, "status"))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]int{}
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) > 1 {
			if number, err := strconv.Atoi(fields[1]); err == nil {
				found[fields[0]] = number
			}
		}
	}
	files, err := os.ReadDir(filepath.Join(process, "fd"))
	if err != nil {
		t.Fatal(err)
	}
	found[descriptors] = len(files)
	return found
}
