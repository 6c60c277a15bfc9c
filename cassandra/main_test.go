package cassandra_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gocql/gocql"

	"github.com/kongo-gateway/kongo/cassandra"
	"github.com/kongo-gateway/kongo/datastore/migration"
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/internal/testenv"
)

func TestMain(m *testing.M) {
	// A random sequence takes as long here as a hundred do in other stores.
	if err := flag.Set("rapid.checks", strconv.Itoa(testenv.CassandraProperties.N())); err != nil {
		panic(err)
	}
	testenv.Main(m)
}

// patience bounds what a test waits for.
const patience = 2 * time.Minute

// options are those for a keyspace on a server.
func options(server *testenv.CassandraServer, keyspace string) cassandra.Options {
	return cassandra.Options{
		ContactPoints: server.Addresses(), Port: server.Port, Keyspace: keyspace, SchemaAgreement: patience,
		Replication: cassandra.Replication{Factor: min(len(server.Nodes), 3)},
	}
}

// lean makes a keyspace for a model, with those of Kong's tables only that it needs: tables take their time.
func lean(t testing.TB, server *testenv.CassandraServer, model *schema.Model) cassandra.Options {
	t.Helper()
	opts := options(server, server.Keyspace())
	session := dropAfter(t, server, opts.Keyspace)
	do := func(statement string) {
		t.Helper()
		if err := session.Query(statement).Exec(); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	do(fmt.Sprintf("CREATE KEYSPACE %s WITH replication = {'class': 'SimpleStrategy', 'replication_factor': %d}",
		opts.Keyspace, opts.Replication.Factor))
	needed := map[string]bool{"schema_meta": true, "locks": true, "tags": true, "cluster_events": true, "parameters": true}
	for _, e := range model.Entities() {
		needed[e.Name] = true
	}
	statement := regexp.MustCompile(`(?s)((?:TABLE IF NOT EXISTS|ON) )(\w+)( .*)`)
	for _, name := range []string{"bootstrap", "core"} {
		text, err := os.ReadFile("migrations/" + name + ".cql")
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range strings.Split(string(text), ";\n") {
			if m := statement.FindStringSubmatch(s); m != nil && needed[m[2]] {
				do(statement.ReplaceAllString(s, "${1}"+opts.Keyspace+".${2}${3}"))
			}
		}
	}
	do("INSERT INTO " + opts.Keyspace + ".workspaces (id, name) VALUES (uuid(), 'default')")
	known := cassandra.Known(nil)
	var steps []string
	for _, step := range known[0].Steps {
		steps = append(steps, "'"+step.Name+"'")
	}
	do("INSERT INTO " + opts.Keyspace + ".schema_meta (key, subsystem, executed) VALUES ('schema_meta', 'core', {" +
		strings.Join(steps, ",") + "})")
	migrate(t, opts, model, migration.Run.Up)
	return opts
}

// migrate runs a command of migrations with plugins.
func migrate(
	t testing.TB, opts cassandra.Options, model *schema.Model, command func(migration.Run, context.Context) error,
	plugins ...string,
) []string {
	t.Helper()
	return run(t, opts, model, cassandra.Known(plugins), command)
}

// run runs a command of migrations on a keyspace and returns what it prints.
func run(
	t testing.TB, opts cassandra.Options, model *schema.Model, known []migration.Subsystem,
	command func(migration.Run, context.Context) error,
) []string {
	t.Helper()
	lines, err := tryRun(opts, model, known, command)
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

// tryRun is run for goroutines other than that of the test.
func tryRun(
	opts cassandra.Options, model *schema.Model, known []migration.Subsystem,
	command func(migration.Run, context.Context) error,
) (lines []string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	storage, err := cassandra.OpenMigrations(ctx, opts, model)
	if err != nil {
		return nil, err
	}
	defer storage.Close()
	err = command(migration.Run{
		Known: known, Storage: storage, Target: "keyspace '" + opts.Keyspace + "'",
		LockTimeout: patience, Print: func(line string) { lines = append(lines, line) },
	}, ctx)
	return lines, err
}

// dropAfter drops a keyspace when the test is over. It returns a session for statements of the test.
func dropAfter(t testing.TB, server *testenv.CassandraServer, keyspace string) *gocql.Session {
	t.Helper()
	session := server.Session(t)
	t.Cleanup(func() {
		if err := session.Query("DROP KEYSPACE IF EXISTS " + keyspace).Exec(); err != nil {
			t.Log(err) // the server may be one that the test has stopped
		}
	})
	return session
}
