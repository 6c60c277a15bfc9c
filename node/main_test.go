package node_test

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/kongo-gateway/kongo/conf"
	"github.com/kongo-gateway/kongo/node"
	"github.com/kongo-gateway/kongo/prefix"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m, sleeping) }

// sleeping is a goroutine of fasthttp that outlives its server by one sleep of ten seconds.
var sleeping = goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*workerPool).Start.func2")

// patience bounds what is expected to happen soon.
const patience = 30 * time.Second

// configure loads the configuration of a node with a prefix of its own and free ports, and prepares the prefix. Settings
// are KONG_ variables without their beginning.
func configure(t *testing.T, settings map[string]string) *conf.Config {
	t.Helper()
	all := map[string]string{
		"PREFIX":           filepath.Join(t.TempDir(), "prefix"),
		"DATABASE":         "sqlite",
		"PROXY_LISTEN":     "127.0.0.1:0",
		"ADMIN_LISTEN":     "127.0.0.1:0",
		"STATUS_LISTEN":    "127.0.0.1:0",
		"ADMIN_GUI_LISTEN": "off",
	}
	maps.Copy(all, settings)
	var environ []string
	for name, value := range all {
		environ = append(environ, "KONG_"+name+"="+value)
	}
	config, err := conf.Load(conf.Options{Environ: environ})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := prefix.Dir(all["PREFIX"]).Prepare(); err != nil {
		t.Fatal(err)
	}
	return config
}

func start(t *testing.T, config *conf.Config) *node.Node {
	t.Helper()
	n, err := node.Start(t.Context(), node.Options{Config: config, Version: "1.2.3"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(n.Close)
	return n
}

// client makes a connection for each request and believes every certificate.
var client = &http.Client{
	Timeout:   patience,
	Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}},
}

func get(t *testing.T, url string) (status int, body string) {
	t.Helper()
	answer, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

// root returns what GET / of a node's Admin API says.
func root(t *testing.T, n *node.Node) map[string]any {
	t.Helper()
	status, body := get(t, "http://"+n.Addresses("admin")[0]+"/")
	var object map[string]any
	if err := json.Unmarshal([]byte(body), &object); err != nil || status != http.StatusOK {
		t.Fatalf("GET /: %d %s (%v)", status, body, err)
	}
	return object
}

// errorLog returns what a node has logged.
func errorLog(t *testing.T, config *conf.Config) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(config.String("prefix"), "logs", "error.log"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func refusesConnections(t *testing.T, address string) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for {
		conn, err := net.DialTimeout("tcp", address, time.Second)
		if err != nil {
			return
		}
		conn.Close()
		if time.Now().After(deadline) {
			t.Errorf("%s still accepts connections", address)
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// isGone checks that nothing speaks of a running node any more.
func isGone(t *testing.T, config *conf.Config) {
	t.Helper()
	dir := prefix.Dir(config.String("prefix"))
	if _, err := dir.Running(); !errors.Is(err, prefix.ErrNotRunning) {
		t.Errorf("the prefix speaks of a node: %v", err)
	}
	for _, folder := range []string{"pids", "sockets"} {
		entries, err := os.ReadDir(dir.Path(folder))
		if err != nil || len(entries) > 0 {
			t.Errorf("left in %s: %v (%v)", folder, entries, err)
		}
	}
	goleak.VerifyNone(t, sleeping)
}

// eventually waits until a condition holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for !holds() {
		select {
		case <-ctx.Done():
			t.Fatalf("not within %v: %s", patience, what)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func contains(text string, parts ...string) bool {
	return !slices.ContainsFunc(parts, func(part string) bool { return !strings.Contains(text, part) })
}
