package conf_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/conf"
)

type shown struct {
	Value  any
	Origin string
}

func show(t *testing.T, c *conf.Config, reveal bool) map[string]shown {
	t.Helper()
	var out bytes.Buffer
	if err := c.WriteJSON(&out, reveal); err != nil {
		t.Fatal(err)
	}
	var settings map[string]shown
	if err := json.Unmarshal(out.Bytes(), &settings); err != nil {
		t.Fatal(err)
	}
	return settings
}

func TestShow(t *testing.T) {
	o := options(t, "pg_password = p<w>\nopentelemetry_tracing = all\nserver_tokens = off\npg_schema = {vault://env/schema}\n"+
		"ssl_cert_key = testdata/tls/server.key\nssl_cert = testdata/tls/server.crt\n", "SCHEMA=hidden", "KONG_PG_USER={vault://env/schema}")
	c, err := conf.Load(o)
	if err != nil {
		t.Fatal(err)
	}
	masked, revealed := show(t, c, false), show(t, c, true)
	for _, want := range []struct {
		key, origin      string
		masked, revealed any
	}{
		{"pg_password", "file:" + o.File + ":1", "******", "p<w>"},
		{"pg_ro_password", "default", nil, nil},
		{"tracing_instrumentations", "file:" + o.File + ":2", []any{"all"}, []any{"all"}},
		{"headers", "file:" + o.File + ":3", []any{"latency_tokens", "x-kong-request-id"}, []any{"latency_tokens", "x-kong-request-id"}},
		{"pg_schema", "file:" + o.File + ":4", "{vault://env/schema}", "hidden"},
		{"pg_user", "env:KONG_PG_USER", "{vault://env/schema}", "hidden"},
		{"ssl_cert_key", "file:" + o.File + ":5", []any{"******"}, []any{absolute(t, "testdata/tls/server.key")}},
	} {
		if got := masked[want.key]; !reflect.DeepEqual(got, shown{want.masked, want.origin}) {
			t.Errorf("%s: %v", want.key, got)
		}
		if got := revealed[want.key].Value; !reflect.DeepEqual(got, want.revealed) {
			t.Errorf("%s revealed: %v", want.key, got)
		}
	}
	if _, ok := masked["server_tokens"]; ok {
		t.Error("an old name is shown beside the new one")
	}
}

func absolute(t *testing.T, path string) string {
	t.Helper()
	path, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestWritersReportErrors(t *testing.T) {
	c := load(t, "")
	if err := c.WriteJSON(brokenWriter{}, false); err == nil || !strings.Contains(err.Error(), "disk full") {
		t.Errorf("WriteJSON: %v", err)
	}
	if err := c.WriteEnv(brokenWriter{}, nil); err == nil || !strings.Contains(err.Error(), "disk full") {
		t.Errorf("WriteEnv: %v", err)
	}
}

// dump writes the dump of a configuration into a prefix and returns both.
func dump(t *testing.T, c *conf.Config) (prefix, text string) {
	t.Helper()
	var out bytes.Buffer
	if err := c.WriteEnv(&out, map[string]string{"nginx_pid": "/p/pids/nginx.pid"}); err != nil {
		t.Fatal(err)
	}
	prefix = t.TempDir()
	if err := os.WriteFile(filepath.Join(prefix, conf.EnvFile), out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return prefix, out.String()
}

func TestDumpIsReadBack(t *testing.T) {
	environ := []string{"SECRET=from the vault", "KONG_PREFIX=/p", `KONG_PG_PASSWORD=a#b\#c`, "KONG_PG_USER=00123",
		"KONG_PG_DATABASE=", `KONG_PG_SCHEMA=ends in \`, "KONG_DECLARATIVE_CONFIG_STRING=a: 1\nb = \\\n\n  c: \\\\\n",
		"KONG_NODE_ID={vault://env/node-id}", "NODE_ID=8d1f5a0e-2f4c-4b55-9c1e-4d2a3c1b0f77", "KONG_TRUSTED_IPS=10.0.0.0/8,unix:",
		"KONG_NGINX_WORKER_PROCESSES=3", "KONG_LUA_SSL_TRUSTED_CERTIFICATE=", "KONG_NGINX_HTTP_GZIP=on", "KONG_NGINX_HTTP_CHARSET=NONE",
		"KONG_TRACING_SAMPLING_RATE=0.25", "KONG_UNKNOWN=1", "KONG_NGINX_STREAM_SSL_SESSION_TIMEOUT=5m", "KONG_SSL_CIPHER_SUITE=old", "KONG_NGINX_USER=nobody"}
	before, err := conf.Load(conf.Options{Environ: environ})
	if err != nil {
		t.Fatal(err)
	}
	prefix, text := dump(t, before)
	for _, line := range []string{`pg_password = a\#b\\#c`, "node_id = {vault://env/node-id}", "nginx_pid = /p/pids/nginx.pid",
		"trusted_ips = 10.0.0.0/8,unix:", "pg_database = ", "anonymous_reports = on", "tracing_sampling_rate = 0.25"} {
		if !strings.Contains(text, "\n"+line+"\n") {
			t.Errorf("no line %q in the dump:\n%s", line, text)
		}
	}
	if strings.Contains(text, "8d1f5a0e") {
		t.Error("a secret from a vault is in the dump")
	}
	for i, line := range strings.Split(text, "\n")[:8] {
		if line != "" && line[0] != '#' {
			t.Errorf("line %d of the header: %q", i+1, line)
		}
	}

	after, err := conf.Load(conf.Options{RunningPrefix: prefix, Environ: []string{"NODE_ID=8d1f5a0e-2f4c-4b55-9c1e-4d2a3c1b0f77"}})
	if err != nil {
		t.Fatal(err)
	}
	if len(after.Warnings()) > 0 {
		t.Errorf("warnings about a dump: %v", after.Warnings())
	}
	for s := range before.All() {
		if got := value(after, s.Name); !reflect.DeepEqual(got, s.Value()) {
			t.Errorf("%s = %#v, was %#v", s.Name, got, s.Value())
		}
	}
}

func TestEnvironmentOverridesDump(t *testing.T) {
	prefix, _ := dump(t, load(t, "nginx_worker_processes = 3\npg_host = a\n"))
	c, err := conf.Load(conf.Options{RunningPrefix: prefix, Environ: []string{"KONG_NGINX_WORKER_PROCESSES=5"}})
	if err != nil {
		t.Fatal(err)
	}
	if c.String("nginx_main_worker_processes") != "5" || c.String("pg_host") != "a" {
		t.Errorf("worker_processes %s, pg_host %s", c.String("nginx_main_worker_processes"), c.String("pg_host"))
	}
	if got, want := c.Origin("pg_host").String(), "file:"+filepath.Join(prefix, ".kong_env")+":"; !strings.HasPrefix(got, want) {
		t.Errorf("origin %s", got)
	}
}

func TestFileIsAppendedToDump(t *testing.T) {
	prefix, _ := dump(t, load(t, "pg_host = a\npg_user = a\n"))
	c, err := conf.Load(conf.Options{RunningPrefix: prefix, File: write(t, "pg_user = b\nno_such_key = 1\n")})
	if err != nil {
		t.Fatal(err)
	}
	if c.String("pg_host") != "a" || c.String("pg_user") != "b" || len(warnings(c, conf.Unknown)) != 1 {
		t.Errorf("pg_host %s, pg_user %s, warnings %v", c.String("pg_host"), c.String("pg_user"), c.Warnings())
	}
}

func TestNamesOfOldAppendedToDump(t *testing.T) {
	old := func(size, port, tokens string) string {
		return "client_max_body_size = " + size + "\nproxy_listen_ssl = 0.0.0.0:" + port + "\nserver_tokens = " + tokens + "\n"
	}
	prefix, _ := dump(t, load(t, old("1m", "8443", "on")))
	c, err := conf.Load(conf.Options{RunningPrefix: prefix, File: write(t, old("2m", "9443", "off"))})
	if err != nil {
		t.Fatal(err)
	}
	if got := c.String("nginx_http_client_max_body_size"); got != "2m" {
		t.Errorf("nginx_http_client_max_body_size = %s", got)
	}
	if got := c.List("proxy_listen"); !slices.Equal(got, []string{"0.0.0.0:8000", "0.0.0.0:9443 ssl"}) {
		t.Errorf("proxy_listen = %q", got)
	}
	if got := c.List("headers"); !slices.Equal(got, []string{"latency_tokens", "x-kong-request-id"}) {
		t.Errorf("headers = %q", got)
	}
}

func TestDumpOnly(t *testing.T) {
	prefix, _ := dump(t, load(t, "log_level = info\npg_user = {vault://env/kong-secret}\n", "KONG_SECRET=a"))
	environ := []string{"KONG_LOG_LEVEL=debug", "KONG_NO_SUCH_KEY=1", "KONG_SECRET=b"}
	c, err := conf.Load(conf.Options{RunningPrefix: prefix, DumpOnly: true, Environ: environ})
	if err != nil {
		t.Fatal(err)
	}
	if c.String("log_level") != "info" || len(c.Warnings()) != 0 {
		t.Errorf("log_level is %s, warnings are %v", c.String("log_level"), c.Warnings())
	}
	if c.String("pg_user") != "b" {
		t.Errorf("the reference became %q, want what the environment says now", c.String("pg_user"))
	}
}

func TestDumpIsMissing(t *testing.T) {
	prefix := t.TempDir()
	if _, err := conf.Load(conf.Options{RunningPrefix: prefix}); err == nil || err.Error() != "no file at: "+filepath.Join(prefix, ".kong_env") {
		t.Errorf("error %v", err)
	}
}
