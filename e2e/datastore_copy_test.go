package e2e_test

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/kongo-gateway/kongo/internal/testenv"
)

// stores are configuration files of datastores, and the node whose commands are used.
type stores struct {
	node *testenv.Node
	dir  string
}

func newStores(t *testing.T) stores {
	t.Helper()
	return stores{testenv.NewNode(t, testenv.NodeConfig{}), t.TempDir()}
}

// conf writes a configuration file with settings that are given as variables.
func (s stores) conf(t *testing.T, name string, env map[string]string) string {
	t.Helper()
	text := "prefix = " + filepath.Join(s.dir, name) + "\npg_timeout = 60000\ncassandra_timeout = 60000\n" +
		"db_update_frequency = 0.5\ndb_update_propagation = 0\n"
	for variable, value := range env {
		text += strings.ToLower(strings.TrimPrefix(variable, "KONG_")) + " = " + value + "\n"
	}
	path := filepath.Join(s.dir, name+".conf")
	write(t, path, text)
	return path
}

func (s stores) cassandra(t *testing.T) (conf string, k keyspace) {
	t.Helper()
	server := testenv.Cassandra(t)
	k = newKeyspace(t, server)
	conf = s.conf(t, k.name, server.Env(k.name))
	s.run(t, "migrations", "bootstrap", "-c", conf)
	return conf, k
}

func (s stores) postgres(t *testing.T) (conf string, d *kongDatabase) {
	t.Helper()
	d = bootstrap(t, testenv.PostgreSQL(t))
	return s.conf(t, "postgres", d.Env()), d
}

func (s stores) sqlite(t *testing.T, name string) string {
	t.Helper()
	return s.conf(t, name, map[string]string{"database": "sqlite", "sqlite_path": filepath.Join(s.dir, name+".db")})
}

func (s stores) file(t *testing.T, name string) string {
	t.Helper()
	return s.conf(t, name, map[string]string{"database": "off", "declarative_config": filepath.Join(s.dir, name+".yml")})
}

// command returns a command that reads nothing of the node's own settings.
func (s stores) command(args ...string) *exec.Cmd {
	cmd := s.node.Command(args...)
	var env []string
	for _, entry := range cmd.Env {
		if !strings.HasPrefix(entry, "KONG_") {
			env = append(env, entry)
		}
	}
	cmd.Env = env
	return cmd
}

// run runs a command that has to succeed and returns what it printed.
func (s stores) run(t *testing.T, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := s.command(args...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("kongo %s: %v\n%s%s", strings.Join(args, " "), err, &stdout, &stderr)
	}
	return stdout.String()
}

// holds returns what a datastore holds: the rows by entity and id.
func (s stores) holds(t *testing.T, conf string) map[string]map[string]any {
	t.Helper()
	path := filepath.Join(t.TempDir(), "dump.yml")
	s.run(t, "config", "db_export", path, "-c", conf)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var document map[string]any
	if err := yaml.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	rows := map[string]map[string]any{}
	for kind, v := range document {
		list, _ := v.([]any)
		for _, row := range list {
			if rows[kind] == nil {
				rows[kind] = map[string]any{}
			}
			rows[kind][row.(doc)["id"].(string)] = row
		}
	}
	return rows
}

// size counts rows.
func size(rows map[string]map[string]any) (n int) {
	for _, kind := range rows {
		n += len(kind)
	}
	return n
}

// many is a declarative configuration of n entities.
func many(n int) string {
	var b strings.Builder
	b.WriteString("_format_version: '3.0'\n")
	for _, kind := range []struct {
		name  string
		entry string // %[1]d is its number
	}{
		{"services", "{name: s%[1]d, url: 'http://s%[1]d.example:80/b', tags: [a, t%[1]d], created_at: 16%08[1]d, updated_at: 17%08[1]d}"},
		{"routes", "{name: r%[1]d, service: s%[1]d, paths: [/r/%[1]d, '~/x%[1]d/\\d+$'], headers: {x-a: [b, c]}}"},
		{"routes", "{name: h%[1]d, hosts: [h%[1]d.example], methods: [GET, POST], preserve_host: true}"},
		{"consumers", "{username: c%[1]d, custom_id: ü%[1]d, tags: [t%[1]d]}"},
		{"keyauth_credentials", "{key: k%[1]d, consumer: c%[1]d, ttl: 90000}"},
		{"acls", "{group: g, consumer: c%[1]d}"},
		{"basicauth_credentials", "{username: c%[1]d, password: secret, consumer: c%[1]d}"},
		{"plugins", "{name: rate-limiting, service: s%[1]d, config: {minute: 5, policy: local}}"},
		{"upstreams", "{name: u%[1]d, healthchecks: {threshold: 12.5, active: {headers: {x-p: ['1']}}}}"},
		{"targets", "{target: '10.0.0.1:80', upstream: u%[1]d, weight: 7}"},
	} {
		if kind.name != "routes" || strings.Contains(kind.entry, "service") {
			b.WriteString(kind.name + ":\n")
		}
		for i := range n / 10 {
			fmt.Fprintf(&b, "- "+kind.entry+"\n", i)
		}
	}
	return b.String()
}

// Entities go through stores of every kind and come out as they went in. A copy that was killed goes on where it was.
func TestCopyingThroughStoresOfEveryKind(t *testing.T) {
	t.Parallel()
	s := newStores(t)
	count := testenv.CopiedEntities.N()
	given := s.file(t, "given")
	write(t, filepath.Join(s.dir, "given.yml"), many(count))
	first, _ := s.cassandra(t)
	onPostgres, database := s.postgres(t)
	embedded, written := s.sqlite(t, "embedded"), s.file(t, "written")
	last, _ := s.cassandra(t)

	s.run(t, "datastore", "copy", "--from", given, "--to", first)
	want := s.holds(t, first)
	if size(want) != count {
		t.Fatalf("%d entities, want %d", size(want), count)
	}

	for _, row := range want["services"] {
		if created, updated := row.(doc)["created_at"].(int), row.(doc)["updated_at"].(int); updated-created != 1e8 {
			t.Fatalf("a service was created at %d and updated at %d", created, updated)
		}
	}

	killed := s.command("datastore", "copy", "--from", first, "--to", onPostgres)
	if err := killed.Start(); err != nil {
		t.Fatal(err)
	}
	rows := func() int {
		return int(database.value(t, "SELECT (SELECT count(*) FROM services) + (SELECT count(*) FROM routes)").(int64))
	}
	for deadline := time.Now().Add(10 * patience); rows() < count*3/20; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("half of the services and routes are not there yet")
		}
	}
	if err := killed.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := killed.Wait(); err == nil {
		t.Fatal("the copy was not killed")
	}
	if got := size(s.holds(t, onPostgres)); got == 0 || got >= count {
		t.Fatalf("%d of %d entities were copied before it was killed", got, count)
	}

	for _, hop := range []struct{ from, to string }{{first, onPostgres}, {onPostgres, embedded}, {embedded, written}, {written, last}} {
		report := s.run(t, "datastore", "copy", "--from", hop.from, "--to", hop.to)
		if said := fmt.Sprintf("hold the same %d entities\n", count); !strings.HasSuffix(report, said) {
			t.Errorf("%s to %s: %s", hop.from, hop.to, report)
		}
	}
	for _, conf := range []string{onPostgres, embedded, last} {
		got := s.holds(t, conf)
		if size(got) != count {
			t.Errorf("%s holds %d entities, want %d", conf, size(got), count)
		}
		if kind, id := unlike(got, want); kind != "" {
			t.Errorf("%s: %s %s is\n%v\nand was\n%v", conf, kind, id, got[kind][id], want[kind][id])
		}
	}
}

// unlike returns the entity and id of a row that is not the same in both, but for the seconds that some have to live.
func unlike(got, want map[string]map[string]any) (kind, id string) {
	for kind, rows := range want {
		for id, row := range rows {
			a, _ := got[kind][id].(doc)
			b := maps.Clone(row.(doc))
			if left, ok := a["ttl"].(int); ok && left > 80000 {
				b["ttl"] = left
			}
			if !reflect.DeepEqual(a, b) {
				return kind, id
			}
		}
	}
	return "", ""
}

// A copy follows what the Admin API changes at the source, until it is told to end.
func TestFollowingChangesOffCassandra(t *testing.T) {
	t.Parallel()
	s := newStores(t)
	from, k := s.cassandra(t)
	to, database := s.postgres(t)
	n := k.node(t, nil)
	n.Start(t)
	admin := "http://" + n.Admin
	must(t, "POST", admin+"/services", `{"name":"old","host":"h"}`)

	var output bytes.Buffer
	copying := s.command("datastore", "copy", "--from", from, "--to", to, "--watch")
	copying.Stdout, copying.Stderr = &output, &output
	if err := copying.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if copying.ProcessState == nil {
			_ = copying.Process.Kill()
			_ = copying.Wait()
		}
		if t.Failed() {
			t.Logf("%s", &output)
		}
	}()
	there := func(table, condition string) func() bool {
		return func() bool {
			return database.value(t, "SELECT count(*) FROM "+table+" WHERE "+condition).(int64) == 1
		}
	}
	eventually(t, "the service is copied", there("services", "name = 'old'"))
	must(t, "POST", admin+"/services/old/routes", `{"name":"r","paths":["/"]}`)
	must(t, "PUT", admin+"/consumers/ana", `{}`)
	must(t, "POST", admin+"/consumers/ana/key-auth", `{"key":"k"}`)
	eventually(t, "the route is copied", there("routes", "name = 'r'"))
	eventually(t, "the credential is copied", there("keyauth_credentials", "key = 'k'"))
	must(t, "PATCH", admin+"/services/old", `{"name":"new"}`)
	must(t, "DELETE", admin+"/consumers/ana", "")
	eventually(t, "the service is renamed", there("services", "name = 'new'"))
	eventually(t, "the consumer is gone", there("(SELECT count(*) n FROM consumers) c", "n = 0"))

	if err := copying.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := copying.Wait(); err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(output.String(), "hold the same 2 entities\n") {
		t.Errorf("in the end: %s", &output)
	}
}

// What would do harm is refused before anything is changed.
func TestRefusedCopies(t *testing.T) {
	t.Parallel()
	s := newStores(t)
	given, other := s.file(t, "given"), s.sqlite(t, "other")
	write(t, filepath.Join(s.dir, "given.yml"), many(10))
	write(t, filepath.Join(s.dir, "less.yml"), "_format_version: '3.0'\nservices:\n- {name: x, url: 'http://h'}\n")
	less := s.file(t, "less")
	s.run(t, "datastore", "copy", "--from", given, "--to", other)
	for _, c := range []struct {
		name, args, want string
	}{
		{"no files", "", "--from and --to have to name the configuration files of two datastores"},
		{"a target with rows of its own", "--from " + less + " --to " + other, "the target has rows that the source does not have"},
		{"a source that is not there", "--from " + s.sqlite(t, "missing") + " --to " + other, "open the source: stat "},
		{"an unknown entity", "--from " + given + " --to " + other + " --except rotes", "no such entities: rotes"},
		{"a file that is followed", "--from " + given + " --to " + other + " --watch", "can't be followed"},
	} {
		cmd := s.command(strings.Fields("datastore copy " + c.args)...)
		output, err := cmd.CombinedOutput()
		if exit := (*exec.ExitError)(nil); !errors.As(err, &exit) || exit.ExitCode() != 1 || !strings.Contains(string(output), c.want) {
			t.Errorf("%s: %v, want %s\n%s", c.name, err, c.want, output)
		}
	}
	if got := size(s.holds(t, other)); got != 10 {
		t.Errorf("%d entities are left", got)
	}
	s.run(t, "datastore", "copy", "--from", less, "--to", other, "--delete-extra")
	if got := size(s.holds(t, other)); got != 1 {
		t.Errorf("%d entities after the others were to be deleted", got)
	}
}
