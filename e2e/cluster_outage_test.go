package e2e_test

import (
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/internal/testenv"
)

// watching is a `kongo cluster watch` that goes on until the test ends it.
type watching struct {
	cmd    *exec.Cmd
	output string // the path of what it prints
}

func watchCluster(t *testing.T, n *testenv.Node) *watching {
	t.Helper()
	w := &watching{cmd: n.Command("cluster", "watch", "-c", n.Conf), output: filepath.Join(t.TempDir(), "output")}
	out, err := os.Create(w.output)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	w.cmd.Stdout, w.cmd.Stderr = out, out
	if err := w.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if w.cmd.ProcessState == nil { // the test has failed before its end
			_ = w.cmd.Process.Kill()
			_ = w.cmd.Wait()
		}
		if t.Failed() {
			t.Logf("kongo cluster watch:\n%s", w.text(t))
		}
	})
	return w
}

func (w *watching) text(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(w.output)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// shows waits until all of the words were printed, in their order.
func (w *watching) shows(t *testing.T, words ...string) {
	t.Helper()
	eventually(t, "watching tells of "+strings.Join(words, ", "), func() bool {
		rest := w.text(t)
		for _, word := range words {
			_, after, found := strings.Cut(rest, word)
			if !found {
				return false
			}
			rest = after
		}
		return true
	})
}

// end interrupts it, which is no error.
func (w *watching) end(t *testing.T) {
	t.Helper()
	if err := w.cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if err := w.cmd.Wait(); err != nil {
		t.Errorf("watching ended with %v", err)
	}
}

// While PostgreSQL is stopped the nodes serve all requests, every command says what is wrong and what is known, and when it is
// back all is as before within a poll.
func TestClusterThroughAnOutage(t *testing.T) {
	t.Parallel()
	server := testenv.StartPostgreSQL(t, testenv.DefaultPostgres)
	d := bootstrap(t, server)
	upstream := testenv.HTTPBin(t)
	nodes := []*testenv.Node{d.node(t, nil), d.node(t, nil)}
	serveRoute(t, nodes, upstream)
	listed(t, nodes...)
	before := watchCluster(t, nodes[0])
	before.shows(t, "NODE ID", "2 live nodes on postgres ")
	must(t, "PUT", "http://"+nodes[0].Admin+"/consumers/before", "{}")
	before.shows(t, "consumers:before:", "seen by ", nodes[1].Proxy)
	healthy(t, nodes[0])

	var loads []*load
	for _, n := range nodes {
		loads = append(loads, startLoad("http://"+n.Proxy+"/r/status/200"))
	}
	server.Stop(t, testenv.PostgresFast)
	away := time.Now()
	during := watchCluster(t, nodes[1])
	for _, n := range nodes {
		shown := clusterOf(t, n)
		if shown.Total != 2 || !strings.Contains(shown.Warning, "the datastore can't be reached") || !strings.Contains(shown.Warning, "connection refused") {
			t.Errorf("kongo cluster: %+v", shown)
		}
		var listed shownCluster
		_, answer := send(t, "GET", "http://"+n.Admin+"/cluster", "")
		if err := json.Unmarshal([]byte(answer), &listed); err != nil || listed.Total != 2 || listed.Warning == "" {
			t.Errorf("GET /cluster: %s", answer)
		}
		for _, address := range []string{n.Admin, n.Status} {
			if status, answer := send(t, "GET", "http://"+address+"/status", ""); status != http.StatusOK || !strings.Contains(answer, `"database":{"reachable":false}`) {
				t.Errorf("GET /status: %d %s", status, answer)
			}
		}
		expect(t, n, "cluster verify -c CONF", 1, "fail  …"+nodes[0].Proxy+")\n…it answers, and serves what it knows\n      -> …connection refused\n      -> …", "")
		verified := n.Run(t, "cluster", "verify", "--json", "-c", n.Conf)
		if verified.ExitCode != 1 || strings.Count(verified.Stdout, "it answers, and serves what it knows") != 2 {
			t.Errorf("kongo cluster verify: %d %s", verified.ExitCode, verified.Stdout)
		}
		if examined := n.Run(t, "doctor", "-c", n.Conf); examined.ExitCode != 1 || !strings.Contains(examined.Stdout, "fail  datastore: the datastore can't be used: ") {
			t.Errorf("kongo doctor: %d %s", examined.ExitCode, examined.Stdout)
		}
	}
	before.shows(t, "the datastore can't be used: ", "-> ")
	during.shows(t, "the datastore can't be used: ", "-> ", "NODE ID", "2 live nodes on postgres ")
	time.Sleep(testenv.OutageTime.D() - time.Since(away))
	server.Start(t)

	back := time.Now()
	eventually(t, "both nodes are live", func() bool { shown := clusterOf(t, nodes[0]); return shown.Total == 2 && shown.Warning == "" })
	// The one that is asked may have failed to poll a moment before, on a machine that may be busy.
	if took := time.Since(back); took > 2*frequency+3*time.Second {
		t.Errorf("the nodes were on the list after %v", took)
	} else {
		t.Logf("the nodes were on the list after %v", took.Round(time.Millisecond))
	}
	for _, w := range []*watching{before, during} {
		w.shows(t, "the datastore is back")
	}
	changed := time.Now()
	must(t, "PUT", "http://"+nodes[0].Admin+"/services/s/routes/back", `{"paths":["/back"]}`)
	eventually(t, "the other node knows of the change", func() bool { return serves(t, nodes[1], "/back/get") })
	if took := time.Since(changed); took > 2*frequency+3*time.Second {
		t.Errorf("the other node knew of the change after %v", took)
	} else {
		t.Logf("the other node knew of the change after %v", took.Round(time.Millisecond))
	}
	healthy(t, nodes[1])
	for _, l := range loads {
		l.end(t)
	}
	for _, w := range []*watching{before, during} {
		w.shows(t, "the datastore is back", "routes:", "seen by ")
		w.end(t)
		if text := w.text(t); strings.Count(text, "can't be used") != 1 || strings.Count(text, "is back") != 1 || strings.Contains(text, "gone: ") {
			t.Errorf("an outage is told of as\n%s", text)
		}
	}
}
