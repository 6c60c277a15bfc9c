package node_test

import (
	"errors"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/kongo-gateway/kongo/conf"
	"github.com/kongo-gateway/kongo/node"
)

func TestLife(t *testing.T) {
	config := configure(t, map[string]string{"ADMIN_ACCESS_LOG": "logs/admin.log"})
	var id any
	for _, run := range []string{"first", "second"} {
		t.Run(run, func(t *testing.T) {
			n := start(t, config)
			pid, err := os.ReadFile(filepath.Join(config.String("prefix"), "pids", "nginx.pid"))
			if err != nil || strings.TrimSpace(string(pid)) != strconv.Itoa(os.Getpid()) {
				t.Errorf("the pid file holds %q (%v)", pid, err)
			}
			shown := root(t, n)
			if shown["node_id"] == id {
				t.Errorf("the id of the node is %v as before", id)
			}
			id = shown["node_id"]
			file, err := os.ReadFile(filepath.Join(config.String("prefix"), "kong.id"))
			if err != nil || string(file) != id {
				t.Errorf("kong.id has %s, error %v", file, err)
			}
			for service, want := range map[string]int{"/status": http.StatusOK, "/status/ready": http.StatusOK, "/services": http.StatusNotFound} {
				if status, body := get(t, "http://"+n.Addresses("status")[0]+service); status != want {
					t.Errorf("%s: %d %s", service, status, body)
				}
			}
			addresses := n.Addresses("admin")
			n.Close()
			n.Close()
			refusesConnections(t, addresses[0])
			isGone(t, config)
		})
	}
	access, err := os.ReadFile(filepath.Join(config.String("prefix"), "logs", "admin.log"))
	if err != nil || strings.Count(string(access), `"GET / HTTP/1.1" 200 `) != 2 {
		t.Errorf("the access log of the Admin API holds %q (%v)", access, err)
	}
}

func TestRoot(t *testing.T) {
	n := start(t, configure(t, map[string]string{
		"PG_PASSWORD": "secret", "HEADERS": "server_tokens", "ADMIN_LISTEN": "127.0.0.1:0 so_keepalive=60s:10:5 backlog=64 reuseport",
		"NODE_ID": "0E64A28C-bc4d-4b1f-94b7-a8c1b5a0a001",
	}))
	shown := root(t, n)
	configuration := shown["configuration"].(map[string]any)
	for key, want := range map[string]any{
		"database": "postgres", "pg_password": "******", "role": "traditional", "log_level": "notice", "proxy_ssl_enabled": false,
		"router_flavor": "traditional_compatible", "lua_max_req_headers": 100.0,
	} {
		if configuration[key] != want {
			t.Errorf("%s = %v, want %v", key, configuration[key], want)
		}
	}
	listener := configuration["admin_listeners"].([]any)[0].(map[string]any)
	for key, want := range map[string]any{
		"ip": "127.0.0.1", "port": 0.0, "ssl": false, "reuseport": true, "deferred": false, "backlog=%d+": true, "ipv6only=on": false,
		"so_keepalive=on": false, "so_keepalive=%w*:%w*:%d*": true, "listener": "127.0.0.1:0 reuseport backlog=64 so_keepalive=60s:10:5",
	} {
		if listener[key] != want {
			t.Errorf("admin_listeners: %s = %v, want %v", key, listener[key], want)
		}
	}
	enabled := configuration["enabled_headers"].(map[string]any)
	if enabled["Server"] != true || enabled["X-Kong-Admin-Latency"] != false {
		t.Errorf("enabled_headers = %v", enabled)
	}
	if shown["node_id"] != "0E64A28C-bc4d-4b1f-94b7-a8c1b5a0a001" {
		t.Errorf("node_id = %v", shown["node_id"])
	}
	answer, err := client.Get("http://" + n.Addresses("admin")[0] + "/")
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.Header.Get("Server") != "kongo/1.2.3" || answer.Header.Get("X-Kong-Admin-Latency") != "" {
		t.Errorf("headers are %v", answer.Header)
	}
}

func TestFailedStartLeavesNothing(t *testing.T) {
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	address := busy.Addr().String()
	bind := "nginx: [emerg] bind() to " + address + " failed (98: Address already in use)\n"
	dir := t.TempDir()
	garbage := filepath.Join(dir, "garbage")
	if err := os.WriteFile(garbage, []byte("no certificate, no database"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		settings map[string]string
		message  string // or how it begins
		cause    error
	}{
		"busy port": {map[string]string{"ADMIN_LISTEN": address}, strings.Repeat(bind, 5) + "nginx: [emerg] still could not bind()", syscall.EADDRINUSE},
		"foreign address": {map[string]string{"PROXY_LISTEN": "192.0.2.1:1"},
			"nginx: [emerg] bind() to 192.0.2.1:1 failed (99: Cannot assign requested address)", syscall.EADDRNOTAVAIL},
		"useless certificate": {map[string]string{"ADMIN_LISTEN": "127.0.0.1:0 ssl", "ADMIN_SSL_CERT": garbage, "ADMIN_SSL_CERT_KEY": garbage},
			"admin_ssl_cert: cannot load certificate \"" + garbage + "\"", nil},
		"no such directory for the database": {map[string]string{"SQLITE_PATH": filepath.Join(dir, "missing", "kongo.db")}, "open database", fs.ErrNotExist},
		"no database":                        {map[string]string{"SQLITE_PATH": garbage}, "open database " + garbage, nil},
		"no log":                             {map[string]string{"PROXY_ERROR_LOG": filepath.Join(dir, "missing", "error.log")}, "proxy_error_log: ", fs.ErrNotExist},
		"unusable keepalive":                 {map[string]string{"ADMIN_LISTEN": "127.0.0.1:0 so_keepalive=1x::"}, "admin_listen: invalid so_keepalive value", nil},
	} {
		t.Run(name, func(t *testing.T) {
			config := configure(t, c.settings)
			n, err := node.Start(t.Context(), node.Options{Config: config})
			if err == nil {
				n.Close()
				t.Fatal("the node started")
			}
			if !strings.HasPrefix(err.Error(), c.message) || c.cause != nil && !errors.Is(err, c.cause) {
				t.Errorf("error is %v, want %s", err, c.message)
			}
			isGone(t, config)
		})
	}
}

func TestRunningAlready(t *testing.T) {
	config := configure(t, nil)
	n := start(t, config)
	again, err := node.Start(t.Context(), node.Options{Config: config})
	if err == nil {
		again.Close()
	}
	if err == nil || err.Error() != "Kong is already running in "+config.String("prefix") {
		t.Errorf("error is %v", err)
	}
	if status, _ := get(t, "http://"+n.Addresses("status")[0]+"/status"); status != http.StatusOK {
		t.Errorf("the node that ran is %d", status)
	}
}

func TestRolesAreRefused(t *testing.T) {
	crt, key := certificate(t, "cluster")
	config := configure(t, map[string]string{"ROLE": "data_plane", "DATABASE": "off", "CLUSTER_CERT": crt, "CLUSTER_CERT_KEY": key})
	if _, err := node.Start(t.Context(), node.Options{Config: config}); err == nil || !strings.HasPrefix(err.Error(), "role = data_plane is not supported") {
		t.Errorf("error is %v", err)
	}
	isGone(t, config)
}

func TestRemarks(t *testing.T) {
	remarks := func(settings map[string]string) string {
		var environ []string
		for name, value := range settings {
			environ = append(environ, "KONG_"+name+"="+value)
		}
		config, err := conf.Load(conf.Options{Environ: environ})
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(node.Remarks(config), "\n")
	}
	if text := remarks(nil); text != "" {
		t.Errorf("on the defaults: %s", text)
	}
	text := remarks(map[string]string{"PLUGINS": "bundled, our-own", "ROUTER_FLAVOR": "expressions"})
	if text != "router_flavor = expressions is not served yet, requests find their routes as with traditional_compatible\n"+
		"plugins that kongo does not have: our-own; where they are configured, requests are answered 501" {
		t.Errorf("remarks are %s", text)
	}
}
