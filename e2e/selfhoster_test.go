package e2e_test

import (
	"fmt"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/internal/testenv"
)

// selfHosterConf is a kong.conf as people keep them: with a comment behind every value.
const selfHosterConf = `# kong.conf of the gateway in the cellar
prefix = %s            # where the node keeps its files
database = sqlite      # Determines which of PostgreSQL, Cassandra
                       # or SQLite this node will use as its datastore.
proxy_listen = %s      # clients come in here
admin_listen = %s      # for the administrator alone
status_listen = off    # nobody asks
admin_gui_listen = off
dns_hostsfile = %s     # names of the two servers
db_update_frequency = 5
log_level = notice     # debug, info, notice, warn, error, crit
`

// selfHosterCommands are what the owner of two httpbin servers types.
const selfHosterCommands = `
curl -sS -X POST ADMIN/upstreams -H 'Content-Type: application/json' -d '{"name":"demo-upstream",
  "healthchecks":{"active":{"http_path":"/status/200","timeout":1,
    "healthy":{"interval":5,"successes":1},
    "unhealthy":{"interval":5,"http_failures":1,"tcp_failures":1,"timeouts":1}}}}' -f -o /dev/null
curl -sS -X POST ADMIN/upstreams/demo-upstream/targets -H 'Content-Type: application/json' \
  -d '{"target":"httpbin1:8080","weight":100}' -f -o /dev/null
curl -sS -X POST ADMIN/upstreams/demo-upstream/targets -H 'Content-Type: application/json' \
  -d '{"target":"httpbin2:8080","weight":100}' -f -o /dev/null
curl -sS -X POST ADMIN/services -H 'Content-Type: application/json' \
  -d '{"name":"demo-svc","host":"demo-upstream","port":8080,"protocol":"http"}' -f -o /dev/null
curl -sS -X POST ADMIN/services/demo-svc/routes -H 'Content-Type: application/json' \
  -d '{"name":"demo-route","paths":["/demo"]}' -f -o /dev/null
curl -sS -i PROXY/demo/get
`

func TestSelfHoster(t *testing.T) {
	t.Parallel()
	port := testenv.Ports(t, 1)[0]
	first := testenv.HTTPBinAt(t, fmt.Sprintf("127.0.0.2:%d", port))
	testenv.HTTPBinAt(t, fmt.Sprintf("127.0.0.3:%d", port))
	hosts := filepath.Join(t.TempDir(), "hosts")
	write(t, hosts, "127.0.0.2 httpbin1\n127.0.0.3 httpbin2\n")

	n := plainNode(t, "")
	write(t, n.Conf, fmt.Sprintf(selfHosterConf, n.Prefix, n.Proxy, n.Admin, hosts))
	t.Cleanup(func() { n.Run(t, "stop", "-p", n.Prefix) })
	expect(t, n, "start -c CONF", 0, "prefix directory PREFIX not found, trying to create it\n"+started, "…")

	commands := strings.NewReplacer("ADMIN", n.Admin, "PROXY", n.Proxy, ":8080", fmt.Sprintf(":%d", port)).Replace(selfHosterCommands)
	output, err := exec.Command("sh", "-euc", commands).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	if !strings.HasPrefix(string(output), "HTTP/1.1 200 OK\r\n") || !strings.Contains(string(output), "\r\nVia: 1.1 kongo/") {
		t.Errorf("the gateway answers\n%s", output)
	}

	serves := func(when string) {
		t.Helper()
		for i := range 6 {
			if status, body := send(t, "GET", "http://"+n.Proxy+"/demo/get", ""); status != http.StatusOK {
				t.Errorf("%s, request %d: %d %s", when, i+1, status, body)
			}
		}
	}
	// health returns the states of the targets, by host.
	health := func() map[string]any {
		states := map[string]any{}
		answer := must(t, "GET", "http://"+n.Admin+"/upstreams/demo-upstream/health", "")
		for _, row := range answer["data"].([]any) {
			target := row.(map[string]any)
			host, _, _ := strings.Cut(target["target"].(string), ":")
			states[host] = target["health"]
		}
		return states
	}
	serves("with both")
	first.Stop(t)
	serves("without the first")
	eventually(t, "the first is known to be down", func() bool {
		states := health()
		return states["httpbin1"] == "UNHEALTHY" && states["httpbin2"] == "HEALTHY"
	})
	serves("without the first, which is known to be down")
	first.Start(t)
	eventually(t, "both are healthy", func() bool {
		states := health()
		return states["httpbin1"] == "HEALTHY" && states["httpbin2"] == "HEALTHY"
	})
	serves("with both again")
	expect(t, n, "quit -p "+n.Prefix, 0, "Kong stopped (gracefully)\n", "")
}
