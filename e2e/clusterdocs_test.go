package e2e_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/internal/testenv"
)

// snippet is a block of commands in a page.
var snippet = regexp.MustCompile("(?ms)^```sh *(\\w*)\n(.*?)^```$")

// documented runs the commands of docs/cluster.md that are marked with a word, in a directory and on ports of their own.
func documented(t *testing.T, marked string, env map[string]string) string {
	t.Helper()
	page, err := os.ReadFile(filepath.Join("..", "docs", "cluster.md"))
	if err != nil {
		t.Fatal(err)
	}
	var script strings.Builder
	for _, match := range snippet.FindAllStringSubmatch(string(page), -1) {
		if match[1] == marked {
			script.WriteString(match[2])
		}
	}
	ports := testenv.Ports(t, 3)
	text := strings.NewReplacer(":8000", fmt.Sprintf(":%d", ports[0]), ":8001", fmt.Sprintf(":%d", ports[1]),
		":9200", fmt.Sprintf(":%d", ports[2])).Replace(script.String())

	dir := t.TempDir()
	bin := filepath.Join(dir, "bin")
	if err := os.Mkdir(bin, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(testenv.Binary(t), filepath.Join(bin, "kongo")); err != nil {
		t.Fatal(err)
	}
	run := func(script string) ([]byte, error) {
		cmd := exec.Command("sh", "-euxc", script)
		cmd.Dir = dir
		for _, entry := range os.Environ() {
			if !strings.HasPrefix(entry, "KONG_") {
				cmd.Env = append(cmd.Env, entry)
			}
		}
		cmd.Env = append(cmd.Env, "PATH="+bin+":"+os.Getenv("PATH")+":/usr/sbin")
		for name, value := range env {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
		output, err := os.Create(filepath.Join(dir, "output")) // a file, which nodes in the background may keep open
		if err != nil {
			t.Fatal(err)
		}
		defer output.Close()
		cmd.Stdout, cmd.Stderr = output, output
		failure := cmd.Run()
		printed, err := os.ReadFile(output.Name())
		if err != nil {
			t.Fatal(err)
		}
		return printed, failure
	}
	t.Cleanup(func() {
		_, _ = run("for i in 1 2 3; do kongo stop -p node$i || true; done; test ! -e haproxy.pid || kill $(cat haproxy.pid)")
	})
	out, err := run(text)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}

func TestDocumentedCluster(t *testing.T) {
	t.Parallel()
	out := documented(t, "", nil)
	for _, want := range []string{"3 live nodes share this datastore", "see each other's changes", "Kong reloaded", "Kong stopped (gracefully)"} {
		if !strings.Contains(out, want) {
			t.Errorf("the commands do not say %q:\n%s", want, out)
		}
	}
}

func TestDocumentedClusterOnPostgres(t *testing.T) {
	t.Parallel()
	d := testenv.PostgreSQL(t).CreateDatabase(t)
	out := documented(t, "postgres", map[string]string{
		"PGHOST": d.Host, "PGPORT": fmt.Sprint(d.Port), "PGUSER": d.User, "PGPASSWORD": d.Password, "PGDATABASE": d.Name,
	})
	if !strings.Contains(out, "1 live node uses this datastore (postgres ") {
		t.Error(out)
	}
}

func TestDocumentedClusterOnCassandra(t *testing.T) {
	t.Parallel()
	k := newKeyspace(t, testenv.Cassandra(t))
	out := documented(t, "cassandra", map[string]string{
		"CASSANDRA_HOST": strings.Join(k.server.Addresses(), ","), "CASSANDRA_PORT": fmt.Sprint(k.server.Port), "CASSANDRA_KEYSPACE": k.name,
	})
	if !strings.Contains(out, "1 live node uses this datastore (cassandra ") {
		t.Error(out)
	}
}
