package e2e_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/internal/testenv"
)

// balancers are the two frontends of the self-hoster: one over the proxies and one over the Admin APIs of two nodes.
const balancers = `
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend proxy
  bind %[1]s
  default_backend proxies
backend proxies
  balance roundrobin
  default-server check inter 2s rise 3 fall 2
  http-response set-header X-Served-By %%s
  server kong1 %[3]s
  server kong2 %[4]s
frontend admin
  bind %[2]s
  default_backend admins
backend admins
  balance roundrobin
  option httpchk GET /
  default-server check inter 2s rise 3 fall 2
  server kong1 %[5]s
  server kong2 %[6]s
`

// pair are two nodes behind a load balancer.
type pair struct {
	nodes        [2]*testenv.Node
	proxy, admin string // of the load balancer
}

// balanced starts two nodes in the background, set up by their environment alone, and a load balancer in front of them.
func balanced(t *testing.T, settings map[string]string) *pair {
	t.Helper()
	p := &pair{}
	for i := range p.nodes {
		env := map[string]string{"KONG_NGINX_DAEMON": "on", "KONG_DB_UPDATE_FREQUENCY": "1"}
		maps.Copy(env, settings)
		n := testenv.NewNode(t, testenv.NodeConfig{Env: env})
		p.nodes[i] = n
		t.Cleanup(func() { n.Run(t, "stop", "-p", n.Prefix) })
		if got := n.Run(t, "start", "-c", n.Conf); got.ExitCode != 0 {
			t.Fatalf("start: %s%s", got.Stdout, got.Stderr)
		}
	}
	ports := testenv.Ports(t, 2)
	p.proxy, p.admin = fmt.Sprintf("127.0.0.1:%d", ports[0]), fmt.Sprintf("127.0.0.1:%d", ports[1])
	testenv.HAProxy(t, fmt.Sprintf(balancers, p.proxy, p.admin, p.nodes[0].Proxy, p.nodes[1].Proxy, p.nodes[0].Admin, p.nodes[1].Admin), p.proxy)
	return p
}

// servedBy asks the load balancer and returns the status and which node answered.
func (p *pair) servedBy(t *testing.T, path string) (status int, node string) {
	t.Helper()
	response, err := client.Get("http://" + p.proxy + path)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	return response.StatusCode, response.Header.Get("X-Served-By")
}

// servers returns which nodes answer six requests, which all have to be answered with 200.
func (p *pair) servers(t *testing.T, path string) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	for range 6 {
		status, node := p.servedBy(t, path)
		if status != http.StatusOK {
			t.Errorf("%s by %s: %d", path, node, status)
		}
		found[node] = true
	}
	return found
}

// The story of two nodes, PostgreSQL and a load balancer: configured through it, and surviving the loss of each part.
func TestSelfHosterWithALoadBalancer(t *testing.T) {
	t.Parallel()
	database := testenv.PostgreSQL(t).CreateDatabase(t)
	port := testenv.Ports(t, 1)[0]
	first := testenv.HTTPBinAt(t, fmt.Sprintf("127.0.0.2:%d", port))
	testenv.HTTPBinAt(t, fmt.Sprintf("127.0.0.3:%d", port))
	hosts := filepath.Join(t.TempDir(), "hosts")
	write(t, hosts, "127.0.0.2 httpbin1\n127.0.0.3 httpbin2\n")
	env := database.Env()
	env["KONG_DNS_HOSTSFILE"] = hosts

	job := testenv.NewNode(t, testenv.NodeConfig{Env: env})
	migrate := exec.Command("sh", "-c", "$KONG migrations bootstrap -v || ($KONG migrations up -v && $KONG migrations finish -v)")
	migrate.Env = append(job.Command().Env, "KONG="+testenv.Binary(t))
	if out, err := migrate.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	p := balanced(t, env)
	for _, n := range p.nodes {
		expect(t, n, "health -p "+n.Prefix, 0, "nginx.......running\n\nKong is healthy at PREFIX\n", "")
	}

	commands := strings.NewReplacer("ADMIN", p.admin, "PROXY", p.proxy, ":8080", fmt.Sprintf(":%d", port)).Replace(selfHosterCommands)
	commands, _, _ = strings.Cut(commands, "curl -sS -i ")
	if out, err := exec.Command("sh", "-euc", commands).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	eventually(t, "both nodes serve", func() bool {
		for range 4 {
			if status, _ := p.servedBy(t, "/demo/get"); status != http.StatusOK {
				return false
			}
		}
		return true
	})
	if found := p.servers(t, "/demo/get"); !found["kong1"] || !found["kong2"] {
		t.Errorf("requests are served by %v", found)
	}

	// A node is stopped and started again.
	expect(t, p.nodes[0], "stop -p "+p.nodes[0].Prefix, 0, "Kong stopped\n", "")
	eventually(t, "the load balancer knows that one node is gone", func() bool {
		for range 4 {
			if status, node := p.servedBy(t, "/demo/get"); status != http.StatusOK || node != "kong2" {
				return false
			}
		}
		return true
	})
	if found := p.servers(t, "/demo/get"); found["kong1"] {
		t.Errorf("a node that is stopped serves: %v", found)
	}
	must(t, "GET", "http://"+p.admin+"/status", "")
	expect(t, p.nodes[0], "start -c CONF", 0, "…"+started, "")
	eventually(t, "both nodes serve again", func() bool {
		found := p.servers(t, "/demo/get")
		return found["kong1"] && found["kong2"]
	})

	// A target is stopped and started again.
	first.Stop(t)
	p.servers(t, "/demo/get")
	healths := func(n *testenv.Node) string {
		var answer struct {
			Data []struct{ Target, Health string }
		}
		_, text := send(t, "GET", "http://"+n.Admin+"/upstreams/demo-upstream/health", "")
		if err := json.Unmarshal([]byte(text), &answer); err != nil {
			t.Fatal(err)
		}
		states := map[string]string{}
		for _, target := range answer.Data {
			host, _, _ := strings.Cut(target.Target, ":")
			states[host] = target.Health
		}
		return fmt.Sprint(states)
	}
	for _, n := range p.nodes {
		eventually(t, "the node knows that the target is down", func() bool {
			return healths(n) == "map[httpbin1:UNHEALTHY httpbin2:HEALTHY]"
		})
	}
	p.servers(t, "/demo/get")
	first.Start(t)
	for _, n := range p.nodes {
		eventually(t, "the node knows that the target is back", func() bool {
			return healths(n) == "map[httpbin1:HEALTHY httpbin2:HEALTHY]"
		})
		must(t, "GET", "http://"+n.Admin+"/status", "")
	}
	p.servers(t, "/demo/get")
}

// Nodes are reloaded, restarted and replaced by another binary while requests go through the load balancer, and nobody
// notices.
func TestReplacedUnderLoad(t *testing.T) {
	t.Parallel()
	p := balanced(t, map[string]string{"KONG_SQLITE_PATH": filepath.Join(t.TempDir(), "kongo.db")})
	upstream := testenv.HTTPBin(t)
	must(t, "PUT", "http://"+p.nodes[0].Admin+"/services/s", `{"url":"http://`+upstream.Addr+`"}`)
	must(t, "PUT", "http://"+p.nodes[0].Admin+"/services/s/routes/r", `{"paths":["/r"]}`)
	eventually(t, "both nodes serve", func() bool {
		for range 4 {
			if status, _ := p.servedBy(t, "/r/get"); status != http.StatusOK {
				return false
			}
		}
		return true
	})
	text, err := os.ReadFile(testenv.Binary(t))
	if err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(t.TempDir(), "kongo")
	if err := os.WriteFile(other, text, 0o700); err != nil {
		t.Fatal(err)
	}

	through := startLoad("http://" + p.proxy + "/r/status/200")
	direct := startLoad("http://" + p.nodes[0].Proxy + "/r/status/200") // nobody repeats what fails here
	for i := range testenv.Replacements.N() {
		for _, n := range p.nodes {
			write(t, n.Conf, fmt.Sprintf("db_cache_ttl = %d\n", i+1)) // takes new listeners
			pid := pidOf(t, n)
			if got := n.Run(t, "reload", "-c", n.Conf); got.ExitCode != 0 || pidOf(t, n) != pid {
				t.Fatalf("reload: %d %s%s", got.ExitCode, got.Stdout, got.Stderr)
			}
			if got := n.Run(t, "restart", "-c", n.Conf); got.ExitCode != 0 || pidOf(t, n) == pid {
				t.Fatalf("restart: %d %s%s", got.ExitCode, got.Stdout, got.Stderr)
			}
			pid = pidOf(t, n)
			replace := exec.Command(other, "restart", "-c", n.Conf)
			replace.Env = n.Command().Env
			replace.WaitDelay = 5 * time.Second
			if out, err := replace.CombinedOutput(); err != nil {
				t.Fatalf("replace: %v\n%s", err, out)
			}
			if program, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", pidOf(t, n))); err != nil || program != other || pidOf(t, n) == pid {
				t.Fatalf("%s runs, error %v", program, err)
			}
		}
	}
	through.end(t)
	direct.end(t)
}

// What is in flight on a node that was replaced is brought to its end, and `quit --timeout` bounds how long that may take.
func TestReplacedNodeFinishesItsRequests(t *testing.T) {
	t.Parallel()
	upstream := testenv.HTTPBin(t)
	n := testenv.NewNode(t, testenv.NodeConfig{Env: map[string]string{"KONG_NGINX_DAEMON": "on"}})
	t.Cleanup(func() { n.Run(t, "stop", "-p", n.Prefix) })
	expect(t, n, "start -c CONF", 0, "…"+started, "")
	must(t, "PUT", "http://"+n.Admin+"/services/s", `{"url":"http://`+upstream.Addr+`"}`)
	must(t, "PUT", "http://"+n.Admin+"/services/s/routes/r", `{"paths":["/r"]}`)
	answered := make(chan string, 1)
	var asking sync.WaitGroup
	asking.Go(func() {
		response, err := client.Get("http://" + n.Proxy + "/r/delay/3")
		if err != nil {
			answered <- err.Error()
			return
		}
		defer response.Body.Close()
		answered <- response.Status
	})
	defer asking.Wait()
	echo := openWebSocket(t, n.Proxy, "/r/websocket/echo")
	time.Sleep(time.Second) // the request is under way
	first := pidOf(t, n)
	expect(t, n, "restart -c CONF", 0, started, "")
	if pidOf(t, n) == first {
		t.Error("the process is the same")
	}
	if got := <-answered; got != "200 OK" {
		t.Errorf("the request in flight: %s", got)
	}
	echo("still there")
	expect(t, n, "quit --timeout 5 -p "+n.Prefix, 0, "Kong stopped (gracefully)\n", "")
	echo("still there, though no node serves")
	if err := syscall.Kill(first, syscall.SIGTERM); err != nil { // it would wait for the WebSocket
		t.Error(err)
	}
}
