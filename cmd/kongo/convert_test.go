package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestConfigConvert(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	valid := write("kong.conf", "pg_host = db # the host\nupstream_keepalive = 60\nanonymous_reports = off\npg_hots = x\n")
	invalid := write("invalid.conf", "log_level = loud\n")
	toml := write("kongo.toml", "[pg]\nhost = 'db'\n")
	broken := write("broken.toml", "pg_host = db\n")
	const (
		hint   = "\n\n  Run with --v (verbose) or --vv (debug) for more details\n"
		report = ": 1 kept, 1 renamed, 1 without effect in kongo, 1 unknown\nkept:\n  line 1: pg_host\n" +
			"renamed:\n  line 2: upstream_keepalive -> upstream_keepalive_pool_size = 60\n" +
			"without effect in kongo:\n  line 3: anonymous_reports: kongo sends no reports\n" +
			"unknown:\n  line 4: 'pg_hots' is no setting of any version, it is not read; did you mean 'pg_host'?; kept as a comment\n"
		unknown = "\n# No settings of any version, and never read:\n# pg_hots = x\n"
	)
	for _, test := range []struct {
		name           string
		args           []string
		code           int
		stdout, stderr string
	}{
		{"to TOML", []string{valid}, 0, "# Converted from kong.conf by kongo config convert.\n\nanonymous_reports = false\n\n[pg]\nhost = \"db\"\n\n" +
			"[upstream]\n# formerly upstream_keepalive\nkeepalive_pool_size = 60\n" + unknown, valid + report},
		{"to a kong.conf", []string{valid, "-o", "conf"}, 0, "# Converted from kong.conf by kongo config convert.\n\nanonymous_reports = off\n\npg_host = db\n\n" +
			"# formerly upstream_keepalive\nupstream_keepalive_pool_size = 60\n" + unknown, valid + report},
		{"from TOML", []string{"--output=conf", toml}, 0, "# Converted from kongo.toml by kongo config convert.\n\npg_host = db\n", toml + ": 1 kept\nkept:\n  line 2: pg_host\n"},
		{"invalid value", []string{invalid, "-o", "conf"}, 1, "# Converted from invalid.conf by kongo config convert.\n\n" +
			"# invalid: log_level has an invalid value: 'loud' (debug, info, notice, warn, error, crit, alert, emerg)\nlog_level = loud\n",
			invalid + ": 1 invalid\ninvalid:\n  line 1: log_level = loud: log_level has an invalid value: 'loud' (debug, info, notice, warn, error, crit, alert, emerg)\n"},
		{"no file", []string{dir + "/none.conf"}, 1, "", "Error: no file at: " + dir + "/none.conf" + hint},
		{"no TOML", []string{broken}, 1, "", "Error: " + broken + ":1: not valid TOML: expected value but found \"db\" instead" + hint},
		{"no argument", nil, 1, "", "Error: expected a configuration file; see `kongo config convert --help`" + hint},
		{"unknown format", []string{valid, "-o", "yaml"}, 1, "", "Error: unknown format: 'yaml' (toml, conf)" + hint},
	} {
		t.Run(test.name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			// The environment has no say.
			terminal := newTerminal("kongo", []string{"KONG_PG_HOST=other", "KONG_LOG_LEVEL=louder"}, &stdout, &stderr)
			if code := terminal.run(append([]string{"config", "convert"}, test.args...)); code != test.code {
				t.Errorf("exit code %d", code)
			}
			if stdout.String() != test.stdout {
				t.Errorf("stdout is\n%s", &stdout)
			}
			if stderr.String() != test.stderr {
				t.Errorf("stderr is\n%s", &stderr)
			}
		})
	}
}

// A kongo.toml goes wherever a kong.conf goes.
func TestTOMLAsConfiguration(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kongo.toml")
	if err := os.WriteFile(path, []byte("database = \"sqlite\"\n\n[pg]\nport = 6543\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	terminal := newTerminal("kongo", nil, &stdout, &stderr)
	if code := terminal.run([]string{"config", "show", "-c", path}); code != 0 {
		t.Fatalf("exit code %d: %s", code, &stderr)
	}
	if want := "\"pg_port\": {\n    \"value\": 6543,\n    \"origin\": \"file:" + path + ":4\"\n  }"; !strings.Contains(stdout.String(), want) {
		t.Errorf("no %s in\n%s", want, &stdout)
	}
	stdout.Reset()
	if code := terminal.run([]string{"check", path}); code != 0 || stdout.String() != "configuration at "+path+" is valid\n" {
		t.Errorf("check: exit code %d, %s%s", code, &stdout, &stderr)
	}
}
