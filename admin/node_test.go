package admin_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/admin"
	"github.com/kongo-gateway/kongo/datastore"
)

func TestRoot(t *testing.T) {
	n := start(t, func(o *admin.Options) {
		o.Node.Plugins = map[string]admin.Plugin{"cors": {Version: "3.9.1", Priority: 2000}}
		o.Node.Process = "this process"
	})
	n.must("PUT", "/services/s", doc{"host": "h"})
	n.must("POST", "/plugins", doc{"name": "cors"})
	n.must("POST", "/services/s/plugins", doc{"name": "cors"})
	n.send("GET", "/?connection_id=1", nil).want(t, 200, doc{
		"version": "3.9.1", "edition": "community", "tagline": "Welcome to kong", "hostname": "host", "node_id": nodeID,
		"lua_version": runtime.Version(),
		"pids":        doc{"master": os.Getpid(), "workers": []int{os.Getpid()}},
		"timers":      doc{"running": 3, "pending": 1},
		"plugins": doc{
			"available_on_server": doc{"cors": doc{"version": "3.9.1", "priority": 2000}},
			"enabled_in_cluster":  []string{"cors"},
		},
		"configuration": doc{"database": "postgres", "role": "traditional", "pg_password": "******"},
		"kongo":         doc{"version": "1.2.3", "datastore": "sqlite", "node_id": "this process"},
	})
}

func TestStatus(t *testing.T) {
	n, without := start(t), startDeclarative(t)
	server := doc{
		"connections_accepted": 7, "connections_active": 1, "connections_handled": 7, "connections_reading": 0,
		"connections_waiting": 0, "connections_writing": 1, "total_requests": 12,
	}
	memory := func(capacity, allocated, heap any) doc {
		return doc{
			"lua_shared_dicts": doc{"kong_db_cache": doc{"capacity": capacity, "allocated_slabs": allocated}},
			"workers_lua_vms":  []doc{{"pid": 42, "http_allocated_gc": heap}},
		}
	}
	reachable := doc{"reachable": true}
	for _, c := range []struct {
		query  string
		memory doc
	}{
		{"", memory("128.00 MiB", "1.50 MiB", "1.50 MiB")},
		{"?size=1000", memory("128.00 MiB", "1.50 MiB", "1.50 MiB")},
		{"?unit=M&scale=0", memory("128 MiB", "2 MiB", "2 MiB")},
		{"?unit=k&scale=1", memory("131072.0 KiB", "1536.0 KiB", "1536.0 KiB")},
		{"?unit=G&scale=3", memory("0.125 GiB", "0.001 GiB", "0.001 GiB")},
		{"?unit=b", memory(128<<20, 1536<<10, 3<<19)},
	} {
		want := doc{"server": server, "memory": c.memory, "database": reachable}
		n.send("GET", "/status"+c.query, nil).want(t, 200, want)
		n.sendAs(n.status.URL, "GET", "/status"+c.query, "", "").want(t, 200, want)
	}
	n.send("GET", "/status?unit=q", nil).want(t, 400, said("invalid unit 'q' (expected 'k/K', 'm/M', or 'g/G')"))
	for _, scale := range []string{"-1", "x", "100"} {
		n.send("GET", "/status?scale="+scale, nil).want(t, 400, nil)
	}
	without.send("GET", "/status", nil).want(t, 200, doc{
		"server": server, "memory": memory("128.00 MiB", "1.50 MiB", "1.50 MiB"), "configuration_hash": strings.Repeat("0", 32),
	})
}

func TestStatusNamesUnsupportedPlugins(t *testing.T) {
	n := start(t, func(o *admin.Options) { o.Node.Plugins = map[string]admin.Plugin{"cors": {Runs: true}, "jwt": {}} })
	unsupported := func() any {
		t.Helper()
		shown := n.sendAs(n.status.URL, "GET", "/status", "", "").object()["kongo"]
		if admin := n.send("GET", "/status", nil).object()["kongo"]; !reflect.DeepEqual(admin, shown) {
			t.Errorf("the status API shows %v, the Admin API %v", shown, admin)
		}
		return shown
	}
	expect := func(names ...any) {
		t.Helper()
		if got, want := unsupported(), any(doc{"unsupported_plugins": names}); !reflect.DeepEqual(got, want) {
			t.Errorf("unsupported: %v, want %v", got, want)
		}
	}
	n.must("PUT", "/services/s", doc{"host": "h"})
	n.must("POST", "/plugins", doc{"name": "cors"})
	n.must("POST", "/plugins", doc{"name": "acl", "config": doc{"allow": []string{"a"}}, "enabled": false})
	if got := unsupported(); got != nil {
		t.Errorf("plugins that run, and rows that are switched off: %v", got)
	}
	n.must("PUT", "/plugins/"+nodeID, doc{"name": "jwt"})
	n.must("POST", "/services/s/plugins", doc{"name": "jwt"})
	n.must("POST", "/services/s/plugins", doc{"name": "basic-auth"})
	expect("basic-auth", "jwt")
	n.must("PATCH", "/plugins/"+nodeID, doc{"enabled": false})
	expect("basic-auth", "jwt")
}

func TestStatusAPI(t *testing.T) {
	metrics := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		io.WriteString(w, "up 1\n")
	})
	n := start(t, func(o *admin.Options) { o.Metrics = metrics })
	for _, base := range []string{n.admin.URL, n.status.URL} {
		got := n.sendAs(base, "GET", "/metrics", "", "")
		if got.status != 200 || got.text != "up 1\n" || got.header.Get("Server") != "kongo/1.2.3" {
			t.Errorf("metrics: status %d, header %v, %q", got.status, got.header, got.text)
		}
	}
	for _, path := range []string{"/", "/services", "/endpoints", "/nope"} {
		n.sendAs(n.status.URL, "GET", path, "", "").want(t, 404, said("Not found"))
	}
	n.sendAs(n.status.URL, "POST", "/status", "", "").want(t, 405, said("Method not allowed"))
}

func TestReady(t *testing.T) {
	n := start(t)
	ready := func(status int, text string) {
		t.Helper()
		n.sendAs(n.status.URL, "GET", "/status/ready", "", "").want(t, status, said(text))
	}
	ready(200, "ready")
	n.runtime.setNotReady("not yet")
	ready(503, "not yet")
	n.runtime.setNotReady("")
	n.sendAs(n.status.URL, "POST", "/status/ready", jsonType, `{"status":"gone"}`).want(t, 400, nil)
	n.sendAs(n.status.URL, "POST", "/status/ready", "", "").want(t, 400, nil)
	ready(200, "ready")
	n.sendAs(n.status.URL, "POST", "/status/ready", jsonType, `{"status":"draining"}`).want(t, 204, nil)
	ready(503, "draining")
	n.runtime.setNotReady("")
	n.sendAs(n.status.URL, "POST", "/status/ready", formType, `status=draining`).want(t, 204, nil)
	ready(503, "draining")
}

func TestLogLevel(t *testing.T) {
	level := &logLevel{level: "notice"}
	n := start(t, func(o *admin.Options) { o.LogLevel = level })
	var events []datastore.Event
	n.feed.Subscribe(func(_ context.Context, batch []datastore.Event) { events = append(events, batch...) }, datastore.ChannelLogLevel)
	for _, c := range []struct {
		path    string
		body    any
		status  int
		text    string
		level   string
		seconds int
		event   string
	}{
		{"node/log-level/notice", nil, 200, "log level is already notice", "notice", 0, ""},
		{"node/log-level/bogus", nil, 400, "unknown log level: bogus", "notice", 0, ""},
		{"cluster/log-level/bogus", nil, 400, "unknown log level: bogus", "notice", 0, ""},
		{"node/log-level/debug?timeout=-3", nil, 400, "timeout must be greater than or equal to 0", "notice", 0, ""},
		{"node/log-level/debug", nil, 200, "log level changed", "debug", 60, ""},
		{"node/log-level/warn?timeout=10", nil, 200, "log level changed", "warn", 10, ""},
		{"node/log-level/info", doc{"timeout": 1.2}, 200, "log level changed", "info", 2, ""},
		{"node/log-level/error", "timeout=0", 200, "log level changed", "error", 0, ""},
		{"node/log-level/crit?timeout=x", nil, 200, "log level changed", "crit", 60, ""},
		{"cluster/log-level/alert?timeout=5", nil, 200, "log level changed", "alert", 5, `{"log_level":2,"timeout":5}`},
	} {
		t.Run(c.path, func(t *testing.T) {
			events = nil
			n.send("PUT", "/debug/"+c.path, c.body).want(t, c.status, said(c.text))
			n.send("GET", "/debug/node/log-level", nil).want(t, 200, said("log level: "+c.level))
			if c.text == "log level changed" && level.period != time.Duration(c.seconds)*time.Second {
				t.Errorf("period %v", level.period)
			}
			var want []datastore.Event
			if c.event != "" {
				want = []datastore.Event{{Channel: datastore.ChannelLogLevel, Data: c.event}}
			}
			if !slices.Equal(events, want) {
				t.Errorf("events %v, want %v", events, want)
			}
		})
	}
	without := startDeclarative(t)
	without.send("PUT", "/debug/node/log-level/debug", nil).want(t, 405, said("cannot change log level when not using a database"))
}

// memo is a cache.
type memo struct {
	mu     sync.Mutex
	values map[string]any
}

func (m *memo) Get(key string) (any, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.values[key]
	return v, ok
}

func (m *memo) Delete(key string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.values, key)
}

func (m *memo) Purge() {
	m.mu.Lock()
	defer m.mu.Unlock()
	clear(m.values)
}

func TestCache(t *testing.T) {
	cache := &memo{values: map[string]any{"a:b:::::": doc{"id": one}, "n": 7, "x/y": "z"}}
	n := start(t, func(o *admin.Options) { o.Cache = cache })
	n.send("GET", "/cache/a:b:::::", nil).want(t, 200, doc{"id": one})
	n.send("GET", "/cache/n", nil).want(t, 200, doc{"message": 7})
	n.send("GET", "/cache/x%2Fy", nil).want(t, 200, said("z"))
	n.send("GET", "/cache/nope", nil).want(t, 404, said("Not found"))
	n.send("DELETE", "/cache/n", nil).want(t, 204, nil)
	n.send("GET", "/cache/n", nil).want(t, 404, said("Not found"))
	n.send("GET", "/cache", nil).want(t, 405, said("Method not allowed"))
	n.send("DELETE", "/cache", nil).want(t, 204, nil)
	n.send("GET", "/cache/x%2Fy", nil).want(t, 404, said("Not found"))

	without := start(t)
	without.send("GET", "/cache/n", nil).want(t, 404, said("Not found"))
	without.send("DELETE", "/cache/n", nil).want(t, 204, nil)
	without.send("DELETE", "/cache", nil).want(t, 204, nil)
}

func TestTimers(t *testing.T) {
	got := start(t).must("GET", "/timers", nil)
	stats, _ := got["stats"].(doc)
	want := fmt.Sprint(doc{"pending": 1, "running": 3, "total": 4, "waiting": 0})
	if fmt.Sprint(got["worker"]) != fmt.Sprint(doc{"id": 0, "count": 1}) || fmt.Sprint(stats["sys"]) != want {
		t.Errorf("timers %v", got)
	}
}
