package e2e_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/internal/testenv"
)

// plainNode has no settings of its own, so that kong.conf decides. It must not be started.
func plainNode(t *testing.T, text string) *testenv.Node {
	t.Helper()
	return testenv.NewNode(t, testenv.NodeConfig{Conf: text, Unset: []string{
		"KONG_PREFIX", "KONG_DATABASE", "KONG_PROXY_LISTEN", "KONG_ADMIN_LISTEN", "KONG_STATUS_LISTEN", "KONG_ADMIN_GUI_LISTEN", "KONG_NGINX_DAEMON",
	}})
}

func TestCheck(t *testing.T) {
	t.Parallel()
	unreadable := t.TempDir()
	garbage := filepath.Join(unreadable, "garbage")
	write(t, garbage, "no certificate")
	for name, c := range map[string]struct {
		conf     string
		code     int
		problems []string // of which each begins one line, and of which each line has one
	}{
		"good":           {"database = sqlite   # on this machine\npg_host = x\n", 0, nil},
		"empty":          {"", 0, nil},
		"unknown key":    {"database = sqlite\ndatabse = off\n", 0, []string{"[warn] CONF:2: 'databse' is no setting of any version, "}},
		"second time":    {"database = sqlite\n\ndatabase = off\n", 0, []string{"[warn] CONF:3: 'database' is set again, line 1 no longer counts"}},
		"number":         {"pg_port = abc\n", 0, []string{"[warn] CONF:1: the value of 'pg_port' is no number and is not used: abc"}},
		"without effect": {"anonymous_reports = off\nlua_package_path = x\n", 0, []string{"[warn] accepted without effect: anonymous_reports, lua_package_path"}},
		"deprecated": {"worker_consistency = strict\n", 0, []string{
			"[warn] the configuration value 'strict' for configuration property 'worker_consistency' is deprecated",
			"[warn] the 'worker_consistency' configuration property is deprecated", "[warn] accepted without effect: worker_consistency"}},
		"bad value": {"database = mysql\nlog_level = loud\n", 1, []string{
			"[error] database has an invalid value: 'mysql' (postgres, cassandra, off, sqlite)",
			"  CONF:1: database = mysql; accepted: postgres, cassandra, off, sqlite",
			"[error] log_level has an invalid value: 'loud' (debug, info, notice, warn, error, crit, alert, emerg)",
			"  CONF:2: log_level = loud; accepted: debug, info, notice, warn, error, crit, alert, emerg"}},
		"unreadable certificate": {"ssl_cert = " + unreadable + "\nssl_cert_key = " + unreadable + "\n", 1, []string{
			"[error] ssl_cert: cannot read " + unreadable + ": is a directory", "  CONF:1: ssl_cert = " + unreadable + "; accepted: the path of a file, or ",
			"[error] ssl_cert_key: cannot read " + unreadable + ": is a directory", "  CONF:2: ssl_cert_key = ******; accepted: the path of a file, or "}},
		"useless certificate": {"ssl_cert = " + garbage + "\nssl_cert_key = " + garbage + "\n", 0, []string{
			"[warn] ssl_cert: cannot load certificate \"" + garbage + "\": ", "  CONF:1: ssl_cert = " + garbage + "; accepted: "}},
		"missing certificate": {"ssl_cert = /nowhere/a.crt\n", 1, []string{
			"[error] ssl_cert_key must be specified", "  default: ssl_cert_key = (nothing)",
			"[error] ssl_cert: failed loading certificate from ", "  CONF:1: ssl_cert = /nowhere/a.crt; accepted: "}},
		"listener": {"proxy_listen = 8000\n", 1, []string{"[warn] CONF:1: 'proxy_listen' has no port for TLS", "[error] proxy_listen must be of form: [off] | <ip>:<port>", "  CONF:1: proxy_listen = 8000; accepted: "}},
		"binary":   {"\x7fELF\x00\x01", 1, []string{"[error] CONF is not a text file", "  CONF; "}},
	} {
		t.Run(name, func(t *testing.T) {
			n := plainNode(t, c.conf)
			got := n.Run(t, "check", n.Conf)
			stdout := ""
			if c.code == 0 {
				stdout = "configuration at " + n.Conf + " is valid\n"
			}
			if got.ExitCode != c.code || got.Stdout != stdout {
				t.Errorf("exit code %d, %q", got.ExitCode, got.Stdout)
			}
			lines := strings.Split(strings.TrimSuffix(plain(n, got.Stderr), "\n"), "\n")
			if got.Stderr == "" {
				lines = nil
			}
			for i, want := range c.problems {
				if i >= len(lines) || !strings.HasPrefix(strings.TrimPrefix(lines[i], "TIME "), want) {
					t.Errorf("line %d does not begin with %q", i+1, want)
				}
			}
			if len(lines) != len(c.problems) {
				t.Errorf("%d lines, want %d", len(lines), len(c.problems))
			}
			if t.Failed() {
				t.Log(got.Stderr)
			}
			strict := n.Run(t, "check", "--strict", n.Conf)
			if fails := len(c.problems) > 0; (strict.ExitCode == 1) != fails {
				t.Errorf("--strict: exit code %d\n%s", strict.ExitCode, strict.Stderr)
			}
		})
	}
	n := plainNode(t, "")
	expect(t, n, "check /nowhere/kong.conf", 1, "", "TIME [error] no file at: /nowhere/kong.conf\n")
}

func TestCheckLooksAtTheEnvironment(t *testing.T) {
	t.Parallel()
	n := testenv.NewNode(t, testenv.NodeConfig{Env: map[string]string{"KONG_ROLE": "queen"}})
	expect(t, n, "check CONF", 1, "", "TIME [error] role has an invalid value: 'queen' (…)\n  KONG_ROLE: role = queen; accepted: …\n")
}

// Every setting is shown with the value and type that Kong's loader gives it, and with the place where it was set.
func TestConfigShow(t *testing.T) {
	t.Parallel()
	prefix := filepath.Join(t.TempDir(), "never-made")
	n := testenv.NewNode(t, testenv.NodeConfig{Conf: `
prefix = ` + prefix + `
pg_port = 5433   # not the usual one
pg_timeout = 2500.5
pg_user = 00123
pg_password = secret
log_level = info # louder
log_level = debug
trusted_ips = 10.0.0.0/8 ,::1
allow_debug_header = on
anonymous_reports = yes
db_cache_neg_ttl = soon
pg_schema =
headers =
custom_plugins = mine
nginx_http_gzip = on
nope = 1
`, Env: map[string]string{"KONG_ROUTER_FLAVOR": "expressions", "KONG_PG_HOST": "", "KONG_LUA_MAX_REQ_HEADERS": "50", "KONG_SSL_CERT_KEY": ""},
		Unset: []string{"KONG_PREFIX", "KONG_PROXY_LISTEN"}})
	type setting struct {
		Value  any    `json:"value"`
		Origin string `json:"origin"`
	}
	show := func(args ...string) (shown map[string]setting) {
		t.Helper()
		got := n.Run(t, append([]string{"config", "show", "-c", n.Conf}, args...)...)
		if err := json.Unmarshal([]byte(got.Stdout), &shown); err != nil || got.ExitCode != 0 || got.Stderr != "" {
			t.Fatalf("%q: exit code %d, %q, %v", args, got.ExitCode, got.Stderr, err)
		}
		return shown
	}
	line := func(number int) string { return fmt.Sprintf("file:%s:%d", n.Conf, number) }
	shown := show()
	for name, want := range map[string]setting{
		"prefix":               {prefix, line(2)},
		"pg_port":              {5433.0, line(3)},
		"pg_timeout":           {2500.5, line(4)},
		"pg_user":              {"123", line(5)},
		"pg_password":          {"******", line(6)},
		"log_level":            {"debug", line(8)},
		"trusted_ips":          {[]any{"10.0.0.0/8", "::1"}, line(9)},
		"allow_debug_header":   {true, line(10)},
		"anonymous_reports":    {false, line(11)},
		"db_cache_neg_ttl":     {nil, line(12)},
		"pg_schema":            {nil, line(13)},
		"headers":              {[]any{}, line(14)},
		"plugins":              {[]any{"bundled", "mine"}, line(15)},
		"nginx_http_gzip":      {"on", line(16)},
		"router_flavor":        {"expressions", "env:KONG_ROUTER_FLAVOR"},
		"pg_host":              {nil, "env:KONG_PG_HOST"},
		"lua_max_req_headers":  {50.0, "env:KONG_LUA_MAX_REQ_HEADERS"},
		"proxy_listen":         {[]any{"0.0.0.0:8000 reuseport backlog=16384", "0.0.0.0:8443 http2 ssl reuseport backlog=16384"}, "default"},
		"db_update_frequency":  {5.0, "default"},
		"nginx_daemon":         {"off", "env:KONG_NGINX_DAEMON"},
		"pg_ssl":               {false, "default"},
		"pg_ro_host":           {nil, "default"},
		"sqlite_path":          {prefix + "/kongo.db", "default"},
		"kongo_router_order":   {"released", "default"},
		"worker_consistency":   {"eventual", "default"},
		"cassandra_keyspace":   {"kong", "default"},
		"mem_cache_size":       {"128m", "default"},
		"upstream_keepalive":   {},
		"custom_plugins":       {},
		"nope":                 {},
		"nginx_http_gzip_vary": {},
	} {
		if got := shown[name]; !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %#v, want %#v", name, got, want)
		}
	}
	if got := show("--json", "--reveal")["pg_password"]; got.Value != "secret" {
		t.Errorf("revealed, the password is %v", got)
	}
	if got := show("-p", "/elsewhere")["prefix"]; got.Value != "/elsewhere" || got.Origin != "flag" {
		t.Errorf("with -p the prefix is %v", got)
	}
	if _, err := os.Stat(prefix); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the prefix was touched: %v", err)
	}
	write(t, n.Conf, "router_order = x\nlua_max_uri_args = 0\nadmin_listen = nowhere\n")
	expect(t, n, "config show --json -c CONF", 1, "",
		"Error: lua_max_uri_args must be an integer between 1 and 1000\n  CONF:2: lua_max_uri_args = 0…"+more)
	expect(t, n, "config show -c /nowhere", 1, "", "Error: no file at: /nowhere"+more)
}

// What a node has left in its prefix is nothing to `config show`.
func TestConfigShowDoesNotLookAtTheNode(t *testing.T) {
	t.Parallel()
	n := testenv.NewNode(t, testenv.NodeConfig{Conf: "log_level = info\n"})
	expect(t, n, "prepare -c CONF", 0, "", "")
	write(t, n.Conf, "")
	got := n.Run(t, "config", "show", "-c", n.Conf)
	if want := "\"log_level\": {\n    \"value\": \"notice\",\n    \"origin\": \"default\"\n  }"; !strings.Contains(got.Stdout, want) {
		t.Errorf("log_level is not the default:\n%s", got.Stdout)
	}
}

// What --vv adds goes to standard output, in Kong's order and form.
func TestVerbose(t *testing.T) {
	t.Parallel()
	n := testenv.NewNode(t, testenv.NodeConfig{
		Conf: "pg_user = me\nport_maps = 80:8000\nlog_level = info\n",
		Env:  map[string]string{"KONG_PG_PASSWORD": "secret", "KONG_PG_PORT": "6543", "KONG_HEADERS": "off, Via"},
	})
	expect(t, n, "prepare --vv -c CONF", 0, "TIME [verbose] Kong: 3.9.1\nTIME [debug] ngx_lua: 10026\nTIME [debug] nginx: 1025003\nTIME [debug] Lua: …\n"+
		"TIME [debug] reading config file at CONF\n…"+
		"TIME [debug] KONG_HEADERS ENV found with \"off, Via\"\n"+
		"TIME [debug] KONG_NGINX_DAEMON ENV found with \"off\"\nTIME [debug] KONG_PG_PASSWORD ENV found with \"******\"\n"+
		"TIME [debug] KONG_PG_PORT ENV found with \"6543\"\n…"+
		"TIME [debug] headers = {\"off\",\"Via\"}\n…"+
		"TIME [debug] host_ports = {[\"8000\"]=80…}\n…"+
		"TIME [debug] log_level = \"info\"\n…"+
		"TIME [debug] pg_password = \"******\"\nTIME [debug] pg_port = 6543\n…"+
		"TIME [debug] pg_ssl = false\n…"+
		"TIME [debug] pg_user = \"me\"\n…"+
		"TIME [verbose] prefix in use: PREFIX\n", "")
	expect(t, n, "prepare --v -c CONF", 0, "TIME [verbose] Kong: 3.9.1\nTIME [verbose] prefix in use: PREFIX\n", "")
}
