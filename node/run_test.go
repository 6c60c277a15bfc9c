package node_test

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/conf"
	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/internal/testenv"
	"github.com/kongo-gateway/kongo/node"
)

// running is a node that answers signals.
type running struct {
	*node.Node
	config   *conf.Config
	signals  chan os.Signal
	done     chan struct{}
	next     func() (*conf.Config, error) // what a reload finds
	reopened atomic.Int32
	states   chan node.State
}

func run(t *testing.T, settings map[string]string) *running {
	t.Helper()
	r := &running{config: configure(t, settings), signals: make(chan os.Signal, 4), done: make(chan struct{}), states: make(chan node.State, 100)}
	r.Node = start(t, r.config)
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(errorLog(t, r.config))
		}
	})
	go func() {
		defer close(r.done)
		_ = r.Run(r.signals, node.Hooks{
			Load:       func() (*conf.Config, error) { return r.next() },
			Reopened:   func() { r.reopened.Add(1) },
			Ready:      func() error { return nil },
			Upgrade:    func() error { return errors.New("there is no other binary") },
			Configured: func(*conf.Config) {},
			State:      func(s node.State) { r.states <- s },
		})
	}()
	t.Cleanup(func() { r.end(t, syscall.SIGTERM) })
	return r
}

// end sends a signal and waits for the end.
func (r *running) end(t *testing.T, signal os.Signal) {
	t.Helper()
	select {
	case r.signals <- signal:
	case <-r.done:
	}
	r.ended(t)
}

func (r *running) ended(t *testing.T) {
	t.Helper()
	select {
	case <-r.done:
	case <-time.After(patience):
		t.Error("the node does not end")
	}
}

// slow begins a request to the Admin API that is in flight until its body is there.
func (r *running) slow(t *testing.T) (finish func() (string, error)) {
	t.Helper()
	conn, err := net.Dial("tcp", r.Addresses("admin")[0])
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	const body = `{"name":"late","host":"h"}`
	fmt.Fprintf(conn, "POST /services HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n", len(body))
	reader := bufio.NewReader(conn)
	// The answer to Expect says that the handler reads the body, so the request is in flight.
	for _, want := range []string{"HTTP/1.1 100 Continue\r\n", "\r\n"} {
		if line, err := reader.ReadString('\n'); line != want {
			t.Fatalf("got %q, want %q (%v)", line, want, err)
		}
	}
	return func() (string, error) {
		if _, err := conn.Write([]byte(body)); err != nil {
			return "", err
		}
		return reader.ReadString('\n')
	}
}

func TestStopSignals(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGQUIT} {
		t.Run(signal.String(), func(t *testing.T) {
			r := run(t, nil)
			r.end(t, signal)
			isGone(t, r.config)
		})
	}
}

func TestQuitLetsRequestsFinish(t *testing.T) {
	r := run(t, nil)
	finish := r.slow(t)
	r.signals <- syscall.SIGQUIT
	refusesConnections(t, r.Addresses("admin")[0])
	if line, err := finish(); line != "HTTP/1.1 201 Created\r\n" {
		t.Errorf("the request in flight got %q (%v)", line, err)
	}
	r.ended(t)
	isGone(t, r.config)
}

func TestQuitIsCutShort(t *testing.T) {
	for name, c := range map[string]struct {
		settings map[string]string
		signal   os.Signal
	}{
		"by TERM":                               {nil, syscall.SIGTERM},
		"by nginx_main_worker_shutdown_timeout": {map[string]string{"NGINX_MAIN_WORKER_SHUTDOWN_TIMEOUT": "200ms"}, syscall.SIGQUIT},
	} {
		t.Run(name, func(t *testing.T) {
			r := run(t, c.settings)
			finish := r.slow(t)
			r.signals <- syscall.SIGQUIT
			refusesConnections(t, r.Addresses("admin")[0])
			r.end(t, c.signal)
			if line, err := finish(); err == nil {
				t.Errorf("the request in flight got %q", line)
			}
			isGone(t, r.config)
		})
	}
}

func TestWinchKeepsTheProcess(t *testing.T) {
	r := run(t, nil)
	r.signals <- syscall.SIGWINCH
	refusesConnections(t, r.Addresses("proxy")[0])
	r.signals <- syscall.SIGWINCH
	select {
	case <-r.done:
		t.Error("the node has ended")
	case <-time.After(100 * time.Millisecond):
	}
	r.end(t, syscall.SIGQUIT)
	isGone(t, r.config)
}

func TestReopen(t *testing.T) {
	r := run(t, nil)
	path := filepath.Join(r.config.String("prefix"), "logs", "error.log")
	if err := os.Rename(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	r.signals <- syscall.SIGUSR1
	eventually(t, "the log is back", func() bool { return r.reopened.Load() == 1 })
	if text := errorLog(t, r.config); !strings.Contains(text, "reopened the logs") {
		t.Errorf("the new log holds %q", text)
	}
	r.signals <- syscall.SIGUSR2
	eventually(t, "USR2 is logged", func() bool {
		return contains(errorLog(t, r.config), "[error]", "no other process could take over", "there is no other binary")
	})
}

func TestReload(t *testing.T) {
	crt, key := certificate(t, "before")
	settings := map[string]string{"PREFIX": filepath.Join(t.TempDir(), "prefix"), "ADMIN_LISTEN": fmt.Sprintf("127.0.0.1:%d ssl", testenv.Ports(t, 1)[0]), "ADMIN_SSL_CERT": crt, "ADMIN_SSL_CERT_KEY": key}
	r := run(t, settings)
	hup := func(what string, load func() (*conf.Config, error)) {
		t.Helper()
		seen := strings.Count(errorLog(t, r.config), what)
		r.next = load
		r.signals <- syscall.SIGHUP
		eventually(t, what, func() bool { return strings.Count(errorLog(t, r.config), what) > seen })
	}
	subject := func() string {
		t.Helper()
		state, err := handshake(r.Addresses("admin")[0], &tls.Config{})
		if err != nil {
			t.Fatal(err)
		}
		return state.PeerCertificates[0].Subject.CommonName
	}

	writeCertificate(t, "after", crt, key)
	if got := subject(); got != "before" {
		t.Errorf("before the reload the certificate is of %s", got)
	}
	settings["LOG_LEVEL"] = "info"
	settings["DNS_STALE_TTL"] = "1"
	hup("reloaded", func() (*conf.Config, error) { return configure(t, settings), nil })
	if got := subject(); got != "after" {
		t.Errorf("after the reload the certificate is of %s", got)
	}
	log := errorLog(t, r.config)
	if !strings.Contains(log, "another set of listeners serves, for changed settings: dns_stale_ttl\n") {
		t.Errorf("the log does not name what has changed: %s", log)
	}
	if status, body := get(t, "https://"+r.Addresses("admin")[0]+"/debug/node/log-level"); !strings.Contains(body, "log level: info") {
		t.Errorf("%d %s", status, body)
	}

	hup("the node goes on as it was", func() (*conf.Config, error) { return nil, errors.New("no such configuration") })
	if err := os.WriteFile(crt, []byte("garbage"), 0o600); err != nil {
		t.Fatal(err)
	}
	hup("the node goes on as it was", func() (*conf.Config, error) { return configure(t, settings), nil })
	if got := subject(); got != "after" {
		t.Errorf("after failed reloads the certificate is of %s", got)
	}
	delete(settings, "ADMIN_SSL_CERT")
	delete(settings, "ADMIN_SSL_CERT_KEY")
	hup("takes a restart", func() (*conf.Config, error) { return configure(t, settings), nil })
}

func TestLogLevelOfTheCluster(t *testing.T) {
	r := run(t, nil)
	publish := func(data string) {
		t.Helper()
		if err := r.DB().Publish(t.Context(), datastore.Event{Channel: datastore.ChannelLogLevel, Data: data}); err != nil {
			t.Fatal(err)
		}
	}
	level := func() string {
		t.Helper()
		_, body := get(t, "http://"+r.Addresses("admin")[0]+"/debug/node/log-level")
		return body
	}
	publish(`{"log_level":8,"timeout":0}`)
	if got := level(); !strings.Contains(got, "debug") {
		t.Errorf("level is %s", got)
	}
	for _, nonsense := range []string{`{"log_level":99}`, `{"log_level":3,"timeout":-1}`, `nonsense`} {
		publish(nonsense)
	}
	if got := level(); !strings.Contains(got, "debug") {
		t.Errorf("after nonsense the level is %s", got)
	}
}

func TestDrain(t *testing.T) {
	r := run(t, nil)
	ready := "http://" + r.Addresses("status")[0] + "/status/ready"
	answer, err := client.Post(ready, "application/json", strings.NewReader(`{"status":"draining"}`))
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if status, body := get(t, ready); status != http.StatusServiceUnavailable || !strings.Contains(body, "draining") {
		t.Errorf("%d %s", status, body)
	}
	if shown := root(t, r.Node); shown["version"] != "3.9.1" {
		t.Errorf("GET / says %v", shown["version"])
	}
}
