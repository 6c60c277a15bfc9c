package conf_test

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/conf"
)

// writeTOML puts a kongo.toml into a directory of its own and returns its path.
func writeTOML(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "kongo.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const exampleTOML = `
database = "postgres"     # a string
plugins = ["bundled", "my-plugin"]
pg-port = 6543
proxy_error_log = "/dev/stderr"
nginx_daemon = false

[pg]
host = "db"
password = "a#b, 00123"
ssl = true
schema = ""
timeout = 2.5e3
pool_size = "{vault://env/pool}"

[nginx.http]
client_max_body_size = "8m"
keepalive_requests = 500
gzip = true
log_format = '''x "$request" \#'''

[nginx.main]
worker_processes = "auto"

[dns]
resolver = [
  "10.0.0.2",   # the first
  "10.0.0.3:5353",
]

[worker]
consistency = "eventual"
`

func TestTOML(t *testing.T) {
	path := writeTOML(t, exampleTOML)
	c, err := conf.Load(conf.Options{File: path, Environ: []string{"POOL=7", "KONG_PG_USER=environment"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct {
		key    string
		value  any
		origin string
	}{
		{"database", "postgres", ":2"},
		{"plugins", []string{"bundled", "my-plugin"}, ":3"},
		{"pg_port", 6543.0, ":4"},
		{"proxy_error_log", "/dev/stderr", ":5"},
		{"nginx_daemon", "off", ":6"},
		{"nginx_main_daemon", "off", ":6"},
		{"pg_host", "db", ":9"},
		{"pg_password", "a#b, 00123", ":10"},
		{"pg_ssl", true, ":11"},
		{"pg_schema", nil, ":12"},
		{"pg_timeout", 2500.0, ":13"},
		{"pg_pool_size", 7.0, ":14"},
		{"nginx_http_client_max_body_size", "8m", ":17"},
		{"nginx_http_keepalive_requests", "500", ":18"},
		{"nginx_http_gzip", "on", ":19"},
		{"nginx_http_log_format", `x "$request" \#`, ":20"},
		{"nginx_main_worker_processes", "auto", ":23"},
		{"dns_resolver", []string{"10.0.0.2", "10.0.0.3:5353"}, ":26"},
	} {
		if got := value(c, want.key); !reflect.DeepEqual(got, want.value) {
			t.Errorf("%s = %#v, want %#v", want.key, got, want.value)
		}
		if got := c.Origin(want.key).String(); got != "file:"+path+want.origin {
			t.Errorf("origin of %s is %s, want line %s", want.key, got, want.origin)
		}
	}
	if got := c.Origin("pg_user").String(); got != "env:KONG_PG_USER" {
		t.Errorf("origin of pg_user is %s", got)
	}
	if c.File() != path {
		t.Errorf("File is %q", c.File())
	}
	if got := warnings(c, conf.Deprecated); len(got) != 2 { // as for a kong.conf
		t.Errorf("deprecated: %q", got)
	}
}

// Wherever a name is parted, it is the same key.
func TestTOMLTables(t *testing.T) {
	for _, text := range []string{
		"nginx_http_gzip = 'on'", "nginx.http.gzip = 'on'", "[nginx.http]\ngzip = 'on'", "[nginx_http]\ngzip = 'on'", "[nginx]\nhttp_gzip = 'on'",
		"nginx = {http = {gzip = 'on'}}", "[nginx-http]\ngzip = 'on'", "\xEF\xBB\xBFnginx_http_gzip = 'on'", "nginx_http_gzip = 'on'\r\n",
	} {
		c, err := conf.Load(conf.Options{File: writeTOML(t, text)})
		if err != nil {
			t.Errorf("%s: %v", text, err)
		} else if got := value(c, "nginx_http_gzip"); got != "on" {
			t.Errorf("%s: nginx_http_gzip = %v", text, got)
		}
	}
}

// Every key has a place of its own in a kongo.toml, and the place leads back to
// the key.
func TestTOMLPath(t *testing.T) {
	for key, want := range map[string]string{
		"pg_host": "pg.host", "pg_ro_host": "pg.ro_host", "nginx_http_gzip": "nginx.http.gzip", "nginx_user": "nginx.user",
		"nginx_wasm_shm_kv": "nginx.wasm.shm_kv", "nginx_http_": "nginx.http_", "headers": "headers", "headers_upstream": "headers_upstream",
		"wasm_filters": "wasm_filters", "database": "database", "log_level": "log_level", "vault_env_prefix": "vault.env_prefix",
		"pluginserver_names": "pluginserver.names", "ssl_cert": "ssl.cert", "_debug_pg_ttl_cleanup_interval": "_debug_pg_ttl_cleanup_interval",
	} {
		if got := strings.Join(conf.TOMLPath(key), "."); got != want {
			t.Errorf("%s stands at %s, want %s", key, got, want)
		}
	}
	tables, entries := map[string]bool{}, map[string]bool{}
	for s := range load(t, "").All() {
		path := conf.TOMLPath(s.Name)
		if key := strings.Join(path, "_"); key != s.Name {
			t.Errorf("%s comes back as %s", s.Name, key)
		}
		entries[strings.Join(path, ".")] = true
		for n := 1; n < len(path); n++ {
			tables[strings.Join(path[:n], ".")] = true
		}
	}
	for table := range tables {
		if entries[table] {
			t.Errorf("%s is a table and an entry", table)
		}
	}
}

func TestBadTOML(t *testing.T) {
	for _, test := range []struct{ name, text, message, detail string }{
		{"no TOML", "database = postgres\n", "PATH:1: not valid TOML: ", ""},
		{"key twice", "database = 'off'\ndatabase = 'off'\n", "PATH:2: not valid TOML: ", ""},
		{"table twice", "[pg]\nhost = 'a'\n\n[pg]\nport = 1\n", "PATH:4: not valid TOML: ", ""},
		{"value and table", "pg = 1\n[pg]\nport = 1\n", "PATH:2: not valid TOML: ", ""},
		{"unfinished", "[pg\n", "PATH:2: not valid TOML: ", ""},
		{"zero byte", "a\x00 = 1\n", "not valid TOML", ""},
		{"UTF-16", "\xff\xfed\x00=\x001\x00", "not valid TOML", ""},
		{"no UTF-8", "pg_user = 'm\xfcller'\n", "PATH:1: not valid TOML: ", ""},
		{"brackets", "x = " + strings.Repeat("[", 1_000_000), "PATH: not valid TOML: nested too deep", ""},
		{"inline tables", "x = " + strings.Repeat("{a=", 300_000), "PATH: not valid TOML: nested too deep", ""},

		{"name with dots", "x" + strings.Repeat(".a", 300_000) + " = 1", "PATH: not valid TOML: nested too deep", ""},
		{"heading with dots", "[x" + strings.Repeat(" . a", 300_000) + "]", "PATH: not valid TOML: nested too deep", ""},

		{"same key in two places", "pg_host = 'a'\n[pg]\nhost = 'b'\n", "'pg_host' is set twice, first in line 1", "PATH:3: pg_host = b"},
		{"text for a number", "[pg]\nport = '5432'\n", "pg_port is not a number: '5432'", "PATH:2: pg_port = 5432; accepted: a number, without quotes"},
		{"switch for a number", "pg_port = true\n", "pg_port is not a number: 'true'", "PATH:1"},
		{"infinity", "pg_port = inf\n", "pg_port is not a number: '+Inf'", "PATH:1"},
		{"no number at all", "pg_port = nan\n", "pg_port is not a number: 'NaN'", "PATH:1"},
		{"text for a switch", "\n[pg]\nssl = 'on'\n", "pg_ssl is not a boolean: 'on'", "PATH:3: pg_ssl = on; accepted: true or false"},
		{"number for a text", "pg_user = 1.5\n", "pg_user is not a string: '1.5'", "PATH:1: pg_user = 1.5; accepted: a string"},
		{"switch for a text", "pg_user = true\n", "pg_user is not a string: 'true'", "PATH:1"},
		{"date for a text", "pg_user = 2026-11-21\n", "pg_user is not a string: 'a date or time'", "PATH:1"},
		{"list for a text", "pg_user = ['a', 'b']\n", "pg_user is not a string: '[a, b]'", "PATH:1"},
		{"table for a text", "[database.x]\ny = 1\nz = {a = 1}\n", "", ""}, // unknown keys, see below
		{"number for a list", "plugins = 1\n", "plugins is not a array: '1'", "PATH:1: plugins = 1; accepted: an array of strings without commas"},
		{"numbers in a list", "plugins = ['a', 1]\n", "plugins is not a array: '[a, 1]'", "PATH:1"},
		{"comma in a list", "plugins = ['a,b']\n", "plugins is not a array: '[a,b]'", "PATH:1"},
		{"tables for a list", "[[plugins]]\na = 1\n", "plugins is not a array: 'a table'", "PATH:1"},
		{"table too deep", "[nginx.http.gzip]\ntypes = 'x'\n", "nginx_http_gzip is not a string: 'a table'", "PATH:1"},
		{"secret", "[pg]\npassword = 1.5\n", "pg_password is not a string: '******'", "PATH:2: pg_password = ******"},
		{"value that no file may have", "log_level = 'loud'\n", "log_level has an invalid value: 'loud' (debug, info, notice, warn, error, crit, alert, emerg)", "PATH:1: log_level = loud"},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := writeTOML(t, test.text)
			_, err := conf.Load(conf.Options{File: path})
			var invalid *conf.InvalidError
			if test.message == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			if !errors.As(err, &invalid) || len(invalid.Problems) != 1 {
				t.Fatalf("error is %v", err)
			}
			p := invalid.Problems[0]
			if want := strings.ReplaceAll(test.message, "PATH", path); !strings.Contains(p.Message, want) {
				t.Errorf("message is %s", p.Message)
			}
			if want := strings.ReplaceAll(test.detail, "PATH", path); !strings.HasPrefix(p.Detail(), want) {
				t.Errorf("detail is %s", p.Detail())
			}
		})
	}
}

func TestUnknownInTOML(t *testing.T) {
	path := writeTOML(t, "colour = 'red'\n[pg]\nhots = 'db'\n[a.b.c]\nd = 1\n[[x]]\ny = 1\n")
	c, err := conf.Load(conf.Options{File: path})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, w := range c.Warnings() {
		got = append(got, strings.TrimPrefix(w.String(), path))
	}
	want := []string{
		":1: 'colour' is no setting of any version, it is not read",
		":3: 'pg_hots' is no setting of any version, it is not read; did you mean 'pg_host'?",
		":4: 'a_b_c' is no setting of any version, it is not read",
		":6: 'x' is no setting of any version, it is not read",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("warnings are %q", got)
	}
}

func TestLongTOML(t *testing.T) {
	list := "trusted_ips = [" + strings.Repeat("'10.0.0.0/8', ", 5000) + "]\n"
	if _, err := conf.Load(conf.Options{File: writeTOML(t, list)}); err != nil {
		t.Error(err)
	}
}

// A problem does not hide the others.
func TestAllProblemsInTOML(t *testing.T) {
	if got := problems(t, conf.Options{File: writeTOML(t, "pg_port = 'x'\npg_ssl = 1\nplugins = 1\n")}); len(got) != 3 {
		t.Errorf("problems: %v", got)
	}
}

func FuzzTOML(f *testing.F) {
	f.Add([]byte(exampleTOML))
	f.Add([]byte("[[plugins]]\na = [[1], {b = 2}]\n"))
	f.Add([]byte("pg = {host = \"a\"}\nx.\"\".y = 1979-05-27T07:32:00Z\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := conf.Load(conf.Options{File: writeTOML(t, string(data)), KeepReferences: true})
		var invalid *conf.InvalidError
		if err != nil && !errors.As(err, &invalid) || err == nil && c == nil {
			t.Fatal(err)
		}
	})
}
