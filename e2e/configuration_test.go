package e2e_test

import (
	"encoding/json"
	"path/filepath"
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
			"[error] ssl_cert: cannot read " + unreadable + ": is a directory", "  CONF:1: ssl_cert = " + unreadable,
			"[error] ssl_cert_key: cannot read " + unreadable + ": is a directory", "  CONF:2: ssl_cert_key = ******"}},
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

func TestConfigShow(t *testing.T) {
	t.Parallel()
	n := plainNode(t, "prefix = "+filepath.Join(t.TempDir(), "never-made")+"\npg_password = secret\nlog_level = info # louder\n")
	for args, password := range map[string]string{"": "******", "--json": "******", "--reveal": "secret", "--json --reveal": "secret"} {
		t.Run(args, func(t *testing.T) {
			got := n.Run(t, append([]string{"config", "show", "-c", n.Conf}, strings.Fields(args)...)...)
			var settings map[string]struct {
				Value  any
				Origin string
			}
			if err := json.Unmarshal([]byte(got.Stdout), &settings); err != nil || got.ExitCode != 0 || got.Stderr != "" {
				t.Fatalf("exit code %d, %q, %v", got.ExitCode, got.Stderr, err)
			}
			if s := settings["pg_password"]; s.Value != password {
				t.Errorf("pg_password is %v", s)
			}
			if s := settings["log_level"]; s.Value != "info" || s.Origin != "file:"+n.Conf+":3" {
				t.Errorf("log_level is %v", s)
			}
			if s := settings["proxy_listen"]; s.Origin != "default" {
				t.Errorf("proxy_listen is %v", s)
			}
		})
	}
	write(t, n.Conf, "router_flavor = vanilla\n")
	expect(t, n, "config show --json -c CONF", 1, "",
		"Error: router_flavor has an invalid value: 'vanilla' (traditional, traditional_compatible, expressions)\n  CONF:1: router_flavor = vanilla; …"+more)
	expect(t, n, "config show -c /nowhere", 1, "", "Error: no file at: /nowhere"+more)
}
