package convert_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/kongo-gateway/kongo/conf"
	"github.com/kongo-gateway/kongo/conf/convert"
)

var update = flag.Bool("update", false, "write the files in testdata/golden anew")

// tester is a test, or one of its draws.
type tester interface {
	Helper()
	Errorf(format string, args ...any)
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// files are kong.conf files of many kinds and ages.
func files(t testing.TB) []string {
	t.Helper()
	paths, err := filepath.Glob("testdata/*.conf")
	if err != nil || len(paths) < 50 {
		t.Fatalf("%d files, %v", len(paths), err)
	}
	return paths
}

func convertFile(t tester, path string, format convert.Format) *convert.Conversion {
	t.Helper()
	c, err := convert.File(path, format)
	if err != nil {
		t.Fatalf("%s to %s: %v", path, format, err)
	}
	return c
}

func TestGolden(t *testing.T) {
	for _, path := range files(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			name := filepath.Join("testdata/golden", strings.TrimSuffix(filepath.Base(path), ".conf"))
			asTOML, asConf := convertFile(t, path, convert.TOML), convertFile(t, path, convert.Conf)
			golden(t, name+".toml", asTOML.Text)
			golden(t, name+".conf", asConf.Text)
			golden(t, name+".report", []byte(asTOML.Report))
			if asTOML.Valid != asConf.Valid || asTOML.Report != asConf.Report {
				t.Errorf("the reports differ:\n%s\n%s", asTOML.Report, asConf.Report)
			}
			if invalid := strings.Contains(asTOML.Report, "\ninvalid:\n"); invalid == asTOML.Valid {
				t.Errorf("valid is %v", asTOML.Valid)
			}
		})
	}
}

func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s: got\n%s", path, got)
	}
}

// A converted file means what the original means, and so does one that was
// converted there and back.
func TestSameMeaning(t *testing.T) {
	for _, path := range files(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			want := meaning(t, path)
			for _, first := range []convert.Format{convert.TOML, convert.Conf} {
				once := store(t, first, convertFile(t, path, first).Text)
				sameMeaning(t, string(first), meaning(t, once), want)
				for _, second := range []convert.Format{convert.TOML, convert.Conf} {
					again := convertFile(t, once, second)
					sameMeaning(t, string(first+", "+second), meaning(t, store(t, second, again.Text)), want)
					for _, old := range []string{"renamed:", "left out", "unknown:"} {
						if strings.Contains(again.Report, old) {
							t.Errorf("%s, %s: something of old is left:\n%s", first, second, again.Report)
						}
					}
				}
			}
		})
	}
}

// store writes a text to a file whose name tells the format.
func store(t testing.TB, format convert.Format, text []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "kongo."+string(format))
	write(t, path, text)
	return path
}

func write(t tester, path string, text []byte) {
	t.Helper()
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// meaning is what a file comes to: the values of all settings, or what is
// wrong with it.
func meaning(t tester, path string) map[string]any {
	t.Helper()
	config, err := conf.Load(conf.Options{File: path, KeepReferences: true, Environ: []string{
		"PG_USER=vaulted", `KONG_SECRET_PG_CREDENTIALS={"password":"vaulted"}`, "KONG_SECRET_PG_PORT=6543", "KONG_SECRET_PG_TLS=on",
		"KONG_SECRET_LOG_LEVEL_PREVIOUS=debug",
	}})
	values := map[string]any{}
	var invalid *conf.InvalidError
	switch {
	case errors.As(err, &invalid):
		for _, p := range invalid.Problems {
			values[p.Message] = p.Key
		}
	case err != nil:
		t.Fatal(err)
	default:
		for s := range config.All() {
			values[s.Name] = []any{s.Value(), s.Masked()}
		}
	}
	return values
}

// sameMeaning names what a conversion has changed, if it has.
func sameMeaning(t tester, how string, got, want map[string]any) {
	t.Helper()
	var changed []string
	for key, value := range want {
		if !reflect.DeepEqual(got[key], value) {
			changed = append(changed, fmt.Sprintf("%s is %v, want %v", key, got[key], value))
		}
	}
	for key, value := range got {
		if _, ok := want[key]; !ok {
			changed = append(changed, fmt.Sprintf("%s is %v, and was not there", key, value))
		}
	}
	if len(changed) > 0 {
		slices.Sort(changed)
		t.Errorf("%s: %d changes, such as: %s", how, len(changed), changed[0])
	}
}

// What one format has no words for is invalid, and kept as a comment.
func TestUnwritable(t *testing.T) {
	for _, test := range []struct {
		name                string
		from, to            convert.Format
		text, want, invalid string
	}{
		{"line break", convert.TOML, convert.Conf, "[pg]\nschema = \"a\\nb\"\nhost = 'db'\n",
			"\npg_host = db\n# cannot be written here: pg_schema = a b\n",
			"line 2: pg_schema: the value cannot be written in a kong.conf, it has a line break or a zero byte"},
		{"zero byte", convert.TOML, convert.Conf, "pg_schema = \"a\\u0000b\"\n", "\n# cannot be written here: pg_schema = a·b\n",
			"line 1: pg_schema: the value cannot be written in a kong.conf, it has a line break or a zero byte"},
		{"Latin-1", convert.Conf, convert.TOML, "pg_schema = m\xfcller\npg_host = db\n",
			"\n[pg]\nhost = \"db\"\n# cannot be written here: pg_schema = m�ller\n",
			"line 1: pg_schema: the value cannot be written in TOML, it is not UTF-8"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := convertFile(t, store(t, test.from, []byte(test.text)), test.to)
			if c.Valid || !strings.HasSuffix(string(c.Text), test.want) || !strings.Contains(c.Report, "invalid:\n  "+test.invalid+"\n") {
				t.Errorf("valid is %v\n%s\n%s", c.Valid, c.Text, c.Report)
			}
		})
	}
}

func TestUnreadable(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"kong.yml":     {"nginx_working_dir: /usr/local/kong\nproxy_port: 8000\n", "is YAML, not a kong.conf"},
		"kong.conf":    {"a = \x00", "is not a text file"},
		"kongo.toml":   {"pg_host = db\n", "not valid TOML"},
		"another.toml": {"[pg]\nport = '5432'\n", "pg_port is not a number: '5432'"},
	} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(test.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := convert.File(path, convert.Conf); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Any keys of any age together, with values that suit them or not.
func TestAnySettings(t *testing.T) {
	text, err := os.ReadFile("../testdata/keys.txt")
	if err != nil {
		t.Fatal(err)
	}
	keys := append(strings.Fields(string(text)), "sqlite_path", "kongo_router_order", "kongo_debug", "admin_legacy_listen",
		"nginx_http_gzip", "pluginserver_go_socket", "vault_hcv_host", "unknown_key")
	values := []string{"", "on", "off", "true", "yes", "0", "1", "-1", "-0", "00123", "0x1F", "1e3", "1.50", ".1", "0.123456789012345678",
		"98765432109876543210", "1e999", "128 kB", "10m", "60s", "1h 30m", "NONE", "a", "a,b", "a,,b", ",", " , a ", "a\\#b", `"a"`, `a\b "c" \ # d`,
		"a # b", "00123 # c", "{vault://env/x}", "{vault://env/x},a", "0.0.0.0:1", "0.0.0.0:1 ssl, [::1]:2", "bundled", "ONE", "postgres", "custom",
		"auto", "strict", "all", "10.0.0.0/8,unix:", "80:8000", "/etc/hosts", "ü\tx", "data_plane", "cassandra"}
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		var lines strings.Builder
		for range rapid.IntRange(1, 12).Draw(t, "lines") {
			lines.WriteString(rapid.SampledFrom(keys).Draw(t, "key") + " = " + rapid.SampledFrom(values).Draw(t, "value") + "\n")
		}
		path := filepath.Join(dir, "kong.conf")
		write(t, path, []byte(lines.String()))
		want := meaning(t, path)
		for _, format := range []convert.Format{convert.TOML, convert.Conf} {
			converted := convertFile(t, path, format)
			output := filepath.Join(dir, "converted."+string(format))
			write(t, output, converted.Text)
			sameMeaning(t, string(format), meaning(t, output), want)
		}
	})
}

// Whatever a file says, the converted one says the same.
func FuzzConvert(f *testing.F) {
	for _, path := range files(f) {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		if len(text) > 4096 {
			continue // too slow to vary
		}
		f.Add(text, false)
		f.Add(convertFile(f, path, convert.TOML).Text, true)
	}
	f.Fuzz(func(t *testing.T, text []byte, isTOML bool) {
		from := convert.Conf
		if isTOML {
			from = convert.TOML
		}
		path := store(t, from, text)
		for _, format := range []convert.Format{convert.TOML, convert.Conf} {
			converted, err := convert.File(path, format)
			if err != nil {
				return // no kong.conf, or no TOML
			}
			if strings.Contains(converted.Report, "the value cannot be written") {
				continue
			}
			sameMeaning(t, string(format), meaning(t, store(t, format, converted.Text)), meaning(t, path))
		}
	})
}

// The page on moving shows what convert does to an example.
func TestPageExample(t *testing.T) {
	page, err := os.ReadFile("../../docs/moving.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "\n## What convert does\n")
	_, rest, _ = strings.Cut(rest, "\n```\n")
	original, rest, _ := strings.Cut(rest, "\n```\n")
	_, rest, _ = strings.Cut(rest, "\n```toml\n")
	want, _, ok := strings.Cut(rest, "```\n")
	path := filepath.Join(t.TempDir(), "kong.conf")
	if err := os.WriteFile(path, []byte(original+"\n"), 0o600); err != nil || !ok {
		t.Fatal(ok, err)
	}
	if got := string(convertFile(t, path, convert.TOML).Text); got != want {
		t.Errorf("the page shows\n%s\nand it is\n%s", want, got)
	}
}
