package e2e_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/kongo-gateway/kongo/internal/testenv"
)

// withoutDatabase are the settings of a node without a database.
func withoutDatabase(more map[string]string) testenv.NodeConfig {
	env := map[string]string{"KONG_DATABASE": "off"}
	for name, value := range more {
		env[name] = value
	}
	return testenv.NodeConfig{Env: env}
}

// file writes a file and returns its path.
func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	write(t, path, text)
	return path
}

// updated is when an entity was written, which is at every import.
var updated = regexp.MustCompile(`(?m)^  updated_at: .*\n`)

// entitiesIn reads a dump, but for the times of changes.
func entitiesIn(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return updated.ReplaceAllString(string(text), "")
}

// TestStateThroughDatabases brings a state of all kinds of entities into a database, out of it, into one on a server, and back
// with changes.
func TestStateThroughDatabases(t *testing.T) {
	t.Parallel()
	n, other := testenv.NewNode(t, testenv.NodeConfig{}), onPostgres(t, testenv.PostgreSQL(t).CreateDatabase(t))
	for _, node := range []*testenv.Node{n, other} {
		expect(t, node, "migrations bootstrap", 0, "…", "")
	}
	state := estate(t)
	text, err := json.Marshal(state)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	load := func(n *testenv.Node, path string) {
		t.Helper()
		expect(t, n, "config db_import "+path, 0, "parse successful, beginning import\nimport successful\n", "")
	}
	dump := func(n *testenv.Node, name string) string {
		t.Helper()
		path := filepath.Join(dir, name)
		expect(t, n, "config db_export "+path, 0, "", "")
		return path
	}

	load(n, file(t, "state.json", string(text)))
	first := dump(n, "first.yml")
	if count := strings.Count(entitiesIn(t, first), "\n- id: "); count < 500 {
		t.Errorf("%d entities", count)
	}
	load(other, first)
	if second := dump(other, "second.yaml"); entitiesIn(t, second) != entitiesIn(t, first) {
		t.Error("a dump that is imported is dumped as something else")
	}

	sameState(t, state, entitiesIn(t, first))
	changed := strings.NewReplacer("s1.example", "moved.example", "username: user-7\n", "username: renamed\n", "weight: 10\n", "weight: 0\n").
		Replace(entitiesIn(t, first))
	write(t, filepath.Join(dir, "changed.yml"), changed)
	load(n, filepath.Join(dir, "changed.yml"))
	load(other, filepath.Join(dir, "changed.yml"))
	third := dump(n, "third.yml")
	if got := entitiesIn(t, third); got != changed {
		t.Error("what was changed in a dump is not in the next one")
	}
	load(n, third)
	if fourth := dump(n, "fourth.yml"); entitiesIn(t, fourth) != entitiesIn(t, third) {
		t.Error("there is a difference after the same was imported again")
	}
	if server := dump(other, "server.yml"); entitiesIn(t, server) != changed {
		t.Error("the same changes make a difference on the server")
	}
}

// sameState wants everything that a state says at its top level in a dump.
func sameState(t *testing.T, state doc, dump string) {
	t.Helper()
	var entities map[string]any
	if err := yaml.Unmarshal([]byte(dump), &entities); err != nil {
		t.Fatal(err)
	}
	for kind, v := range state {
		given, ok := v.([]doc)
		if !ok {
			continue
		}
		rows, _ := entities[kind].([]any)
		for _, entity := range given {
			found := false
			for _, row := range rows {
				found = found || says(row.(doc), entity)
			}
			if !found {
				t.Errorf("no %s in the dump is like %v", kind, entity)
			}
		}
	}
}

// says reports whether a row has the plain fields of an entity. References are ids there, and secrets may be hashed.
func says(row, entity doc) bool {
	for name, want := range entity {
		switch name {
		case "url", "password", "consumer", "service", "route", "client_certificate":
			continue
		}
		switch want.(type) {
		case []doc, doc:
			continue
		}
		if fmt.Sprint(row[name]) != fmt.Sprint(want) {
			return false
		}
	}
	return true
}

// TestConfigCommands looks at what the commands say.
func TestConfigCommands(t *testing.T) {
	t.Parallel()
	n, off := testenv.NewNode(t, testenv.NodeConfig{}), testenv.NewNode(t, withoutDatabase(nil))
	alone := testenv.NewNode(t, testenv.NodeConfig{Env: map[string]string{"KONG_DATABASE": "postgres", "KONG_PG_PORT": "1"}})
	n.Start(t)
	good := file(t, "good.yaml", "_format_version: '2.1'\nservices:\n- name: s\n  url: http://h\n")
	bad := file(t, "bad.json", `{"_format_version": "3.0", "gadgets": [], "services": [{"name": "s"}]}`)
	broken := file(t, "broken.yml", "a: [")
	text := file(t, "kong.txt", "{}")
	dir := t.TempDir()
	sample, dump := filepath.Join(dir, "kong.yml"), filepath.Join(dir, "dump.yml")
	const tree = "in 'gadgets': unknown field\nin 'services':\n  - in entry 1 of 'services':\n    in 'host': required field missing"
	const parsed = "parse successful\n"
	for _, c := range []struct {
		node           *testenv.Node
		args           string
		code           int
		stdout, stderr string
	}{
		{n, "config init " + sample, 0, "", ""},
		{n, "config init " + sample, 1, "", "Error: " + sample + " already exists.\nWill not overwrite it." + more},
		{n, "config parse " + sample, 0, parsed, ""},
		{n, "config parse -c CONF " + good, 0, parsed, ""},
		{n, "config parse " + good + " surplus", 0, parsed, ""},
		{n, "config parse " + bad, 1, "", "Error: Failed parsing:\n" + tree + more},
		{n, "config parse " + broken, 1, "",
			"Error: Failed parsing:\nfailed parsing declarative configuration: 1:4: did not find expected node content" + more},
		{n, "config parse " + text, 1, "", "Error: Failed parsing:\nunknown file type: " + text + ". (Accepted types: json, yaml)" + more},
		{n, "config parse /none.yml", 1, "", "Error: Failed parsing:\n/none.yml: No such file or directory" + more},
		{n, "config parse", 1, "", "Error: expected a declarative configuration file; see `kongo config --help`" + more},
		{n, "config db_import " + good, 0, "parse successful, beginning import\nimport successful\n", ""},
		{n, "config db_import " + bad, 1, "", "Error: Failed parsing:\n" + tree + more},
		{n, "config db_import", 1, "", "Error: expected a declarative configuration file; see `kongo config --help`" + more},
		{n, "config db_export " + dump, 0, "", ""},
		{n, "config db_export " + dump, 1, "", "Error: " + dump + " already exists. Will not overwrite it." + more},
		{alone, "config parse " + good, 1, "", "Error: [PostgreSQL error] …" + more},
		{alone, "config db_export " + filepath.Join(dir, "alone.yml"), 1, "", "Error: [PostgreSQL error] …" + more},
		{off, "config parse " + good, 0, parsed, ""},
		{off, "config init " + filepath.Join(dir, "off.yml"), 0, "", ""},
		{off, "config db_import " + good, 1, "", "Error: 'kongo config db_import' only works with a database.\n" +
			"When using database=off, reload your declarative configuration\nusing the /config endpoint." + more},
		{off, "config db_export", 1, "", "Error: 'kongo config db_export' only works with a database." + more},
	} {
		expect(t, c.node, c.args, c.code, c.stdout, c.stderr)
	}
	// The node learns of what a command has imported.
	eventually(t, "the service of the file", func() bool {
		_, answer := send(t, "GET", "http://"+n.Admin+"/services/s", "")
		return strings.Contains(answer, `"host":"h"`)
	})
}

// TestStartsWithDeclarativeConfig starts nodes with a configuration, from a file and from the setting itself.
func TestStartsWithDeclarativeConfig(t *testing.T) {
	t.Parallel()
	const text = "_format_version: '3.0'\nservices:\n- name: s\n  host: h\n"
	path := file(t, "kong.yml", text)
	host := func(n *testenv.Node) string {
		_, answer := send(t, "GET", "http://"+n.Admin+"/services/s", "")
		var service struct{ Host string }
		_ = json.Unmarshal([]byte(answer), &service)
		return service.Host
	}

	n := testenv.Kongo(t, withoutDatabase(map[string]string{"KONG_DECLARATIVE_CONFIG": path}))
	if got := host(n); got != "h" {
		t.Errorf("the host is %q", got)
	}
	write(t, path, strings.Replace(text, "host: h", "host: other", 1))
	n.Signal(t, syscall.SIGHUP)
	eventually(t, "the file is read again", func() bool { return host(n) == "other" })

	n = testenv.Kongo(t, withoutDatabase(map[string]string{"KONG_DECLARATIVE_CONFIG_STRING": `{"_format_version": "1.1", "services": [{"name": "s", "host": "i"}]}`}))
	if got := host(n); got != "i" {
		t.Errorf("the host is %q", got)
	}

	broken := file(t, "broken.yml", "_format_version: '3.0'\nservices:\n- name: s\n")
	n = testenv.NewNode(t, withoutDatabase(map[string]string{"KONG_DECLARATIVE_CONFIG": broken}))
	expect(t, n, "start -c CONF", 1, "…", "…Error: error parsing declarative config file "+broken+":\nin 'services':\n  - in entry 1 of 'services':\n    in 'host': required field missing"+more)
	n = testenv.NewNode(t, withoutDatabase(map[string]string{"KONG_DECLARATIVE_CONFIG": "/none.yml"}))
	expect(t, n, "start -c CONF", 1, "…", "…Error: error parsing declarative config file /none.yml:\n…"+more)
}

// TestPluginsThatCannotRunYet are refused on the routes to which they apply, and named wherever somebody may look.
func TestPluginsThatCannotRunYet(t *testing.T) {
	t.Parallel()
	text := `
_format_version: '3.0'
services:
- name: closed
  url: http://127.0.0.1:1
  routes:
  - name: whole-service
    paths: [/service]
  plugins:
  - name: key-auth
- name: half
  url: http://127.0.0.1:1
  routes:
  - name: closed-route
    paths: [/route]
    plugins:
    - name: basic-auth
  - name: open
    paths: [/open]
    plugins:
    - name: acl
      enabled: false
      config: {allow: [a]}
`
	path := file(t, "kong.yml", text)
	statuses := func(n *testenv.Node) (statuses []int) {
		for _, path := range []string{"/service", "/route", "/open"} {
			status, _ := send(t, "GET", "http://"+n.Proxy+path, "")
			statuses = append(statuses, status)
		}
		return statuses
	}

	n := daemonNode(t, withoutDatabase(map[string]string{"KONG_DECLARATIVE_CONFIG": path}))
	expect(t, n, "start -c CONF", 0, "…Kong started\n", "…TIME [warn] plugins that are configured and not supported yet: basic-auth, key-auth; "+
		"requests to which they apply are answered 501\n")
	if got, want := statuses(n), []int{501, 501, 502}; !slices.Equal(got, want) {
		t.Errorf("statuses %v, want %v", got, want)
	}
	if _, answer := send(t, "GET", "http://"+n.Admin+"/status", ""); !strings.Contains(answer, `"kongo":{"unsupported_plugins":["basic-auth","key-auth"]}`) {
		t.Errorf("the status is %s", answer)
	}
	log, err := os.ReadFile(filepath.Join(n.Prefix, "logs", "error.log"))
	for _, name := range []string{"basic-auth", "key-auth"} {
		if !strings.Contains(string(log), "answered with 501 plugin="+name) {
			t.Errorf("no word of %s in the log (%v):\n%s", name, err, log)
		}
	}

	// Telling a node to ignore them opens no route that one of them guards.
	write(t, path, text+"plugins:\n- name: cors\n")
	n = daemonNode(t, withoutDatabase(map[string]string{"KONG_DECLARATIVE_CONFIG": path, "KONG_KONGO_UNSUPPORTED_PLUGINS": "ignore"}))
	expect(t, n, "start -c CONF", 0, "…Kong started\n", "…TIME [warn] plugins that are configured and not supported yet: basic-auth, cors, key-auth; "+
		"they have no effect, except that routes guarded by one stay closed (501)\n")
	if got, want := statuses(n), []int{501, 501, 502}; !slices.Equal(got, want) {
		t.Errorf("statuses %v, want %v", got, want)
	}
}

// manyRoutes is the size of a large configuration.
const manyRoutes = 10_000

// TestLargeConfig sends a large configuration. The routes are there when the answer is, and stay when the next one is wrong.
func TestLargeConfig(t *testing.T) {
	t.Parallel()
	n := testenv.Kongo(t, withoutDatabase(nil))
	var text bytes.Buffer
	text.WriteString(`{"_format_version": "3.0", "services": [`)
	for i := range manyRoutes {
		fmt.Fprintf(&text, `{"name": "s%d", "url": "http://127.0.0.1:1", "routes": [{"name": "r%d", "paths": ["/r/%d/"]}]},`, i, i, i)
	}
	text.Truncate(text.Len() - 1)
	text.WriteString("]}")
	started := time.Now()
	status, answer := send(t, "POST", "http://"+n.Admin+"/config", text.String())
	if status != http.StatusCreated {
		t.Fatalf("status %d, %.500s", status, answer)
	}
	t.Logf("%d bytes in, %d bytes out in %v", text.Len(), len(answer), time.Since(started))
	routed := func() {
		t.Helper()
		for _, route := range []int{0, manyRoutes / 2, manyRoutes - 1} {
			status, answer := send(t, "GET", fmt.Sprintf("http://%s/r/%d/", n.Proxy, route), "")
			if status != http.StatusBadGateway {
				t.Errorf("route %d: status %d, %s", route, status, answer)
			}
		}
	}
	routed()
	bomb := "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
	for i := range 9 {
		bomb += fmt.Sprintf("a%d: &a%d [%s*a%d]\n", i+1, i+1, strings.Repeat(fmt.Sprintf("*a%d,", i), 9), i)
	}
	for what, body := range map[string]string{
		"an invalid service": `{"_format_version": "3.0", "services": [{}]}`,
		"an alias bomb":      string(marshal(t, doc{"config": bomb})),
		"broken JSON":        `{"_format_version"`,
	} {
		if status, answer := send(t, "POST", "http://"+n.Admin+"/config", body); status != http.StatusBadRequest {
			t.Errorf("%s: status %d, %.300s", what, status, answer)
		}
	}
	if status, _ := send(t, "POST", "http://"+n.Admin+"/config", strings.Repeat(" ", 100<<20)); status != http.StatusRequestEntityTooLarge {
		t.Errorf("a body of 100 MB: status %d", status)
	}
	routed()
}

func marshal(t *testing.T, v any) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
