package postgres_test

import (
	"context"
	_ "embed"
	"slices"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/datastore/migration"
	"github.com/kongo-gateway/kongo/internal/testenv"
	"github.com/kongo-gateway/kongo/postgres"
)

// The tables of both versions of Kong, one fact in a line.
var (
	//go:embed testdata/kong39.txt
	tables39 string
	//go:embed testdata/kong28.txt
	tables28 string
	//go:embed testdata/tables.sql
	selectTables string
)

func TestBootstrapMakesTheTablesOfKong39(t *testing.T) {
	t.Parallel()
	location := testenv.PostgreSQL(t).CreateDatabase(t).DSN()
	lines := migrate(t, location, migration.Run.Bootstrap)
	if got := lines[len(lines)-3:]; !slices.Equal(got, []string{"67 migrations processed", "67 executed", "Database is up-to-date"}) {
		t.Errorf("bootstrap ended with %q", got)
	}
	checkTables(t, location, tables39)
	checkLedger(t, location, ledger39)
	checkAlike(t, "default workspaces", 1, value(t, location, "SELECT count(*) FROM workspaces WHERE name = 'default' AND id IS NOT NULL"))
	checkAlike(t, "cluster ids", 1, value(t, location, "SELECT count(*) FROM parameters WHERE key = 'cluster_id' AND value <> ''"))
	checkAlike(t, "locks", 0, value(t, location, "SELECT count(*) FROM locks"))
	if lines := migrate(t, location, migration.Run.Bootstrap); !slices.Equal(lines, []string{"Database already bootstrapped"}) {
		t.Errorf("a second bootstrap printed %q", lines)
	}
}

func TestForceRunsAllAgain(t *testing.T) {
	t.Parallel()
	location := testenv.PostgreSQL(t).CreateDatabase(t).DSN()
	migrate(t, location, migration.Run.Bootstrap)
	for name, command := range map[string]func(migration.Run, context.Context) error{"up": migration.Run.Up, "finish": migration.Run.Finish} {
		lines := migrate(t, location, func(r migration.Run, ctx context.Context) error {
			r.Force = true
			return command(r, ctx)
		})
		if got := lines[len(lines)-2:]; !slices.Equal(got, []string{"67 migrations processed", "67 executed"}) {
			t.Errorf("%s --force ended with %q", name, got)
		}
		checkTables(t, location, tables39)
	}
}

func TestScriptsOfMigrationsBelongToKnownSteps(t *testing.T) {
	t.Parallel()
	steps := map[string]bool{}
	for _, s := range migration.Known(allPlugins) {
		for _, step := range s.Steps {
			steps[s.Name+"/"+step.Name+".up"] = true
			steps[s.Name+"/"+step.Name+".teardown"] = step.Teardown
		}
	}
	for _, name := range postgres.MigrationCode() {
		if !steps[name] {
			t.Errorf("%s is run by no migration", name)
		}
	}
}

// allPlugins are the plugins with migrations.
var allPlugins = []string{
	"acl", "acme", "ai-proxy", "basic-auth", "bot-detection", "hmac-auth", "http-log", "ip-restriction", "jwt", "key-auth",
	"oauth2", "opentelemetry", "post-function", "pre-function", "rate-limiting", "response-ratelimiting", "session",
}

// ledger39 is the ledger after a bootstrap by Kong 3.9.1: the subsystem, its last step, the number of its steps, and whether
// the list of those that are pending is empty or was never touched.
const ledger39 = `acl | 004_212_to_213 | 4 | {}
acme | 003_350_to_360 | 4 | {}
ai-proxy | 001_360_to_370 | 1 | {}
basic-auth | 003_200_to_210 | 3 | {}
bot-detection | 001_200_to_210 | 1 | {}
core | 024_380_to_390 | 23 | {}
hmac-auth | 003_200_to_210 | 3 | {}
http-log | 001_280_to_300 | 1 | {}
ip-restriction | 001_200_to_210 | 1 | {}
jwt | 003_200_to_210 | 3 | {}
key-auth | 004_320_to_330 | 4 | {}
oauth2 | 007_320_to_330 | 6 | {}
opentelemetry | 001_331_to_332 | 1 | {}
post-function | 001_280_to_300 | 1 | {}
pre-function | 001_280_to_300 | 1 | {}
rate-limiting | 006_350_to_360 | 5 | {}
response-ratelimiting | 001_350_to_360 | 2 | {}
session | 002_320_to_330 | 3 | NULL`

// migrate runs a command on the database at a location and returns what it printed.
func migrate(t testing.TB, location string, command func(migration.Run, context.Context) error) []string {
	t.Helper()
	lines, err := tryMigrate(t, location, command)
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func tryMigrate(t testing.TB, location string, command func(migration.Run, context.Context) error) (lines []string, err error) {
	t.Helper()
	err = command(migration.Run{
		Known:       migration.Known(allPlugins),
		Storage:     open(t, serverAt(t, location)).Migrations(),
		Target:      "database 'kong'",
		LockTimeout: patience,
		Print:       func(line string) { lines = append(lines, line) },
	}, t.Context())
	return lines, err
}

func checkTables(t testing.TB, location, want string) {
	t.Helper()
	var got []string
	for _, fact := range values(t, location, selectTables) {
		fact := strings.ReplaceAll(fact.(string), "timezone('UTC'::text, CURRENT_TIMESTAMP(0))", "(CURRENT_TIMESTAMP(0) AT TIME ZONE 'UTC'::text)")
		got = append(got, strings.ReplaceAll(fact, "timezone('UTC'::text, CURRENT_TIMESTAMP(3))", "(CURRENT_TIMESTAMP(3) AT TIME ZONE 'UTC'::text)"))
	}
	expected := strings.Split(strings.TrimSpace(want), "\n")
	for _, fact := range expected {
		if !slices.Contains(got, fact) {
			t.Errorf("missing: %s", fact)
		}
	}
	for _, fact := range got {
		if !slices.Contains(expected, fact) {
			t.Errorf("not Kong's: %s", fact)
		}
	}
}

func checkLedger(t testing.TB, location, want string) {
	t.Helper()
	if ledger := strings.Join(ledgerText(t, location), "\n"); ledger != want {
		t.Errorf("the ledger is\n%s\nnot\n%s", ledger, want)
	}
}

func ledgerText(t testing.TB, location string) (lines []string) {
	t.Helper()
	for _, row := range values(t, location, `SELECT subsystem || ' | ' || last_executed || ' | ' || cardinality(executed) || ' | ' || coalesce(pending::text, 'NULL')
FROM schema_meta WHERE key = 'schema_meta' ORDER BY subsystem COLLATE "C"`) {
		lines = append(lines, row.(string))
	}
	return lines
}

func checkAlike(t testing.TB, what string, want int64, got any) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %v, want %d", what, got, want)
	}
}

// values are those of the one column of a query.
func values(t testing.TB, location, query string) []any {
	t.Helper()
	rows, err := connect(t, location).Query(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var list []any
	for rows.Next() {
		row, err := rows.Values()
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, row[0])
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}

func value(t testing.TB, location, query string) any {
	t.Helper()
	list := values(t, location, query)
	if len(list) != 1 {
		t.Fatalf("%s: %d rows", query, len(list))
	}
	return list[0]
}
