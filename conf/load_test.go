package conf_test

import (
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/conf"
)

// write puts a kong.conf into a directory of its own and returns its path.
func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "kong.conf")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// options are those of a file with the given text and of an environment.
func options(t *testing.T, text string, environ ...string) conf.Options {
	t.Helper()
	return conf.Options{File: write(t, text), Environ: environ}
}

// load loads a configuration that must be valid.
func load(t *testing.T, text string, environ ...string) *conf.Config {
	t.Helper()
	c, err := conf.Load(options(t, text, environ...))
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	return c
}

// problems loads a configuration that must be invalid.
func problems(t *testing.T, o conf.Options) []conf.Problem {
	t.Helper()
	_, err := conf.Load(o)
	var invalid *conf.InvalidError
	if !errors.As(err, &invalid) {
		t.Fatalf("Load: error is %v, want an InvalidError", err)
	}
	return invalid.Problems
}

// value is the value of a setting, whatever its type.
func value(c *conf.Config, key string) any {
	for s := range c.All() {
		if s.Name == key {
			return s.Value()
		}
	}
	return "no such setting"
}

// warnings are the texts of the warnings of one kind.
func warnings(c *conf.Config, kind conf.Kind) []string {
	var texts []string
	for _, w := range c.Warnings() {
		if w.Kind == kind {
			texts = append(texts, w.Text)
		}
	}
	return texts
}

func TestLaterLayersWin(t *testing.T) {
	o := options(t, "pg_host = file\npg_user = file\npg_database = file\n",
		"KONG_PG_USER=environment", "KONG_PG_DATABASE=environment")
	o.Overrides = map[string]string{"pg_database": "flag"}
	c, err := conf.Load(o)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct{ key, value, origin string }{
		{"pg_schema", "", "default"},
		{"log_level", "notice", "default"},
		{"pg_host", "file", "file:" + o.File + ":1"},
		{"pg_user", "environment", "env:KONG_PG_USER"},
		{"pg_database", "flag", "flag"},
	} {
		if got := c.String(want.key); got != want.value {
			t.Errorf("%s = %q, want %q", want.key, got, want.value)
		}
		if got := c.Origin(want.key).String(); got != want.origin {
			t.Errorf("origin of %s = %s, want %s", want.key, got, want.origin)
		}
	}
}

func TestEnvironmentIsLiteral(t *testing.T) {
	c := load(t, "",
		`KONG_PG_PASSWORD=a#b\#c`, "KONG_PG_USER=00123", "KONG_PG_DATABASE=", `KONG_PG_SCHEMA=x \`, "KONG_PG_HOST=  db  ")
	for key, want := range map[string]string{
		"pg_password": `a#b\#c`, "pg_user": "00123", "pg_schema": `x \`, "pg_host": "db",
	} {
		if got := c.String(key); got != want {
			t.Errorf("%s = %q, want %q", key, got, want)
		}
	}
	if c.IsSet("pg_database") {
		t.Error("an empty variable did not take the default away")
	}
}

func TestEnvironmentWithoutFile(t *testing.T) {
	c, err := conf.Load(conf.Options{DefaultPaths: []string{filepath.Join(t.TempDir(), "kong.conf")}, Environ: []string{"KONG_PG_PORT=5433"}})
	if err != nil {
		t.Fatal(err)
	}
	if c.File() != "" || c.Int("pg_port") != 5433 {
		t.Errorf("file %q, pg_port %d", c.File(), c.Int("pg_port"))
	}
}

func TestDefaultPaths(t *testing.T) {
	if got := conf.DefaultPaths(); !slices.Equal(got, []string{"/etc/kong/kong.conf", "/etc/kong.conf"}) {
		t.Errorf("default paths %q", got)
	}
}

func TestFirstDefaultPathThatExists(t *testing.T) {
	path := write(t, "pg_port = 5434\n")
	c, err := conf.Load(conf.Options{DefaultPaths: []string{path + ".missing", path, path}})
	if err != nil {
		t.Fatal(err)
	}
	if c.File() != path || c.Int("pg_port") != 5434 {
		t.Errorf("file %q, pg_port %d", c.File(), c.Int("pg_port"))
	}
}

func TestFilesThatAreRefused(t *testing.T) {
	dir := t.TempDir()
	for _, test := range []struct{ name, data, message, hint string }{
		{"elf", "\x7fELF\x02\x01\x01\x00\x00", "is not a text file", "one key = value per line"},
		{"noise", "\xfe\x01\x8f\x02database = postgres\n", "is not a text file", "one key = value per line"},
		{"utf16", "\xff\xfed\x00b\x00", "is a text in UTF-16", "save it as UTF-8"},
		{"kong.yml", "database: postgres\npostgres:\n  host: db # here\nplugins:\n  - a\n", "is YAML, not a kong.conf", "Kong 0.8"},
		{"declarative.yml", "_format_version: \"3.0\"\nservices: []\n", "is a declarative configuration", "declarative_config"},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(dir, test.name)
			if err := os.WriteFile(path, []byte(test.data), 0o600); err != nil {
				t.Fatal(err)
			}
			p := problems(t, conf.Options{File: path})
			if len(p) != 1 || !strings.HasPrefix(p[0].Message, path+" "+test.message) || !strings.Contains(p[0].Detail(), test.hint) {
				t.Errorf("problems %v, detail %q", p, p[0].Detail())
			}
		})
	}
}

func TestFileInAnOldEncoding(t *testing.T) {
	if c := load(t, "# f\xfcr den Betrieb\npg_user = kong\xe9\n"); c.String("pg_user") != "kong\xe9" {
		t.Errorf("pg_user = %q", c.String("pg_user"))
	}
}

func TestFileThatCannotBeRead(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "kong.conf")
	_, err := conf.Load(conf.Options{File: missing})
	if err == nil || err.Error() != "no file at: "+missing || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
	dir := t.TempDir()
	if _, err := conf.Load(conf.Options{File: dir}); err == nil || !strings.Contains(err.Error(), dir) {
		t.Errorf("directory: %v", err)
	}
}

func TestAllProblemsAreReported(t *testing.T) {
	o := options(t, "log_level = loud   # please\ndatabase =   # which?\nnode_id = 1-2\n")
	p := problems(t, o)
	want := []conf.Problem{
		{Key: "database", Value: "", Message: "database has an invalid value: 'nil' (postgres, cassandra, off, sqlite)"},
		{Key: "log_level", Value: "loud", Message: "log_level has an invalid value: 'loud' (debug, info, notice, warn, error, crit, alert, emerg)"},
		{Key: "node_id", Value: "1-2", Message: "node_id must be a valid UUID"},
	}
	details := []string{
		o.File + ":2: database = (nothing); accepted: postgres, cassandra, off, sqlite; everything after the = is a comment, the default would be postgres",
		o.File + ":1: log_level = loud; accepted: debug, info, notice, warn, error, crit, alert, emerg",
		o.File + ":3: node_id = 1-2; accepted: a UUID, or nothing to have one made",
	}
	if len(p) != len(want) {
		t.Fatalf("%d problems: %v", len(p), p)
	}
	for i := range want {
		if p[i].Key != want[i].Key || p[i].Value != want[i].Value || p[i].Message != want[i].Message {
			t.Errorf("problem %d: %+v", i, p[i])
		}
		if got := p[i].Detail(); got != details[i] {
			t.Errorf("detail %d:\n got %s\nwant %s", i, got, details[i])
		}
	}
	_, err := conf.Load(o)
	if err.Error() != want[0].Message {
		t.Errorf("Error() = %q, want the first message", err)
	}
}

func TestWarningsComeWithProblems(t *testing.T) {
	_, err := conf.Load(options(t, "log_level = loud\nno_such_key = 1\n"))
	var invalid *conf.InvalidError
	if !errors.As(err, &invalid) || !slices.ContainsFunc(invalid.Warnings, func(w conf.Warning) bool { return w.Key == "no_such_key" }) {
		t.Errorf("error %v has no warning about no_such_key", err)
	}
}

func TestProblemsHideSecrets(t *testing.T) {
	p := problems(t, options(t, "proxy_server = ftp://user:hunter2@proxy\n"))
	if p[0].Value != "******" || strings.Contains(p[0].Detail(), "hunter2") {
		t.Errorf("detail %q", p[0].Detail())
	}
}

func TestGettersPanicOnWrongKeys(t *testing.T) {
	c := load(t, "")
	for name, get := range map[string]func(){
		"no such key":    func() { c.String("pg_hots") },
		"not a number":   func() { c.Number("pg_host") },
		"not a time":     func() { c.Duration("pg_port") },
		"not a size":     func() { c.Size("pg_host") },
		"not an address": func() { c.Listeners("pg_host") },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			get()
		}()
	}
}

func TestTypedGetters(t *testing.T) {
	c := load(t, `
pg_port = 5433 # here
pg_timeout = 2.5e3
db_update_frequency = 0.5
db_cache_ttl = 1e30
db_resurrect_ttl = -1e30
pg_ssl = on
nginx_http_keepalive_timeout = 75s 60s
nginx_http_ssl_session_timeout = 12h
nginx_http_client_max_body_size = 10m
nginx_http_large_client_header_buffers = 4 16k
nginx_http_proxy_buffering = on
db_cache_warmup_entities = services ,plugins,
`)
	if got := c.Int("pg_port"); got != 5433 {
		t.Errorf("pg_port = %d", got)
	}
	if got := c.Int("nginx_http_keepalive_requests"); got != 10000 {
		t.Errorf("keepalive_requests = %d", got)
	}
	if high, low := c.Int("db_cache_ttl"), c.Int("db_resurrect_ttl"); high != math.MaxInt || low != -math.MaxInt {
		t.Errorf("numbers out of range are %d and %d", high, low)
	}
	for key, want := range map[string]string{
		"pg_timeout": "2.5s", "nginx_http_ssl_session_timeout": "12h0m0s", "db_update_frequency": "500ms", "nginx_http_keepalive_timeout": "1m15s",
		"nginx_main_worker_shutdown_timeout": "0s", "pg_keepalive_timeout": "0s",
	} {
		if got := c.Duration(key).String(); got != want {
			t.Errorf("%s = %s, want %s", key, got, want)
		}
	}
	if got := c.Size("nginx_http_client_max_body_size"); got != 10<<20 {
		t.Errorf("client_max_body_size = %d", got)
	}
	if n, each := c.Buffers("nginx_http_large_client_header_buffers"); n != 4 || each != 16<<10 {
		t.Errorf("large_client_header_buffers = %d of %d", n, each)
	}
	if !c.Bool("pg_ssl") || c.Bool("pg_ssl_verify") || !c.Bool("nginx_daemon") || !c.Bool("nginx_http_proxy_buffering") {
		t.Error("a switch is the wrong way round")
	}
	if got := c.List("db_cache_warmup_entities"); !slices.Equal(got, []string{"services", "plugins", ""}) {
		t.Errorf("db_cache_warmup_entities = %q", got)
	}
	if got := c.List("trusted_ips"); got == nil || len(got) != 0 {
		t.Errorf("trusted_ips = %#v", got)
	}
}

// There is no file that makes Load panic.
func FuzzLoad(f *testing.F) {
	for _, seed := range []string{
		"role = data_plane\ncluster_cert = {vault://env/a/b?c=d}\nproxy_listen = ,\npluginserver_names = ,a b\n",
		"database = cassandra\ncassandra_contact_points = [::1]:1\ntrusted_ips = 10.0.0.0/8\n",
		"ssl = on\nproxy_listen_ssl = [::]:443\ndnsmasq_port = 53\nserver_tokens = off\n",
		"nginx_upstream_keepalive_timeout = 1h 30m\nmem_cache_size = 8k\nport_maps = 80:8000\n",
	} {
		f.Add([]byte(seed))
	}
	path := filepath.Join(f.TempDir(), "kong.conf")
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := conf.Load(conf.Options{File: path})
		if (c == nil) == (err == nil) {
			t.Errorf("configuration %v, error %v", c, err)
		}
		if c != nil {
			show(t, c, true)
		}
	})
}
