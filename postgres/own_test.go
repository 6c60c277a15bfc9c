package postgres_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/datastore/migration"
	"github.com/kongo-gateway/kongo/internal/testenv"
	"github.com/kongo-gateway/kongo/postgres"
)

// schemas are those of a database, other than the server's own.
const selectSchemas = `SELECT nspname::text FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema)' ORDER BY nspname`

func TestOwnTablesStandBesideKongs(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ schema, own string }{
		"in public":        {"", "kongo"},
		"in another place": {"gateway", "kongo_gateway"},
		"in a quoted one":  {`My "schema"`, `kongo_My "schema"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			location := testenv.PostgreSQL(t).CreateDatabase(t).DSN()
			server := serverAt(t, location)
			server.Schema = c.schema
			d := open(t, server)
			r := migration.Run{Known: migration.Known(allPlugins), Storage: d.Migrations(), LockTimeout: patience, Print: func(string) {}}
			if err := r.Bootstrap(t.Context()); err != nil {
				t.Fatal(err)
			}
			for range 2 {
				if err := d.PrepareOwn(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			want := []any{c.own, "public"}
			if c.schema != "" {
				want = append(want, c.schema)
			}
			slices.SortFunc(want, func(a, b any) int { return strings.Compare(a.(string), b.(string)) })
			got := values(t, location, selectSchemas+` COLLATE "C"`)
			if !slices.Equal(got, want) {
				t.Errorf("the schemas are %v, want %v", got, want)
			}
			state, err := r.State(t.Context())
			if err != nil || len(state.New) > 0 {
				t.Errorf("the state is %v, error %v", state, err)
			}
			if err := r.Reset(t.Context()); err != nil {
				t.Fatal(err)
			}
			if state, err := r.State(t.Context()); err != nil || !state.NeedsBootstrap {
				t.Errorf("the state after reset is %v, error %v", state, err)
			}
			if got := values(t, location, selectSchemas); slices.Contains(got, any(c.own)) {
				t.Errorf("the schemas after reset are %v", got)
			}
		})
	}
}

// A role called like the schema would find the schema before Kong's tables.
func TestOwnTablesOfARoleCalledKongo(t *testing.T) {
	t.Parallel()
	server := testenv.PostgreSQL(t)
	d := server.CreateDatabase(t)
	run(t, d.DSN(), "CREATE ROLE kongo LOGIN PASSWORD 'kongo'; GRANT ALL ON DATABASE "+d.Name+" TO kongo; GRANT ALL ON SCHEMA public TO kongo")
	at := serverAt(t, d.DSN())
	at.User, at.Password = "kongo", "kongo"
	database := open(t, at)
	r := migration.Run{Known: migration.Known(nil), Storage: database.Migrations(), LockTimeout: patience, Print: func(string) {}}
	if err := r.Bootstrap(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := database.PrepareOwn(t.Context()); err != nil {
		t.Fatal(err)
	}
	if state, err := r.State(t.Context()); err != nil || state.NeedsBootstrap {
		t.Errorf("the state is %v, error %v", state, err)
	}
}

func TestARoleThatMayNotMakeSchemas(t *testing.T) {
	t.Parallel()
	server := testenv.PostgreSQL(t)
	d := server.CreateDatabase(t)
	run(t, d.DSN(), "CREATE ROLE humble LOGIN PASSWORD 'humble'; REVOKE CREATE ON DATABASE "+d.Name+" FROM PUBLIC; GRANT ALL ON SCHEMA public TO humble")
	at := serverAt(t, d.DSN())
	at.User, at.Password, at.Schema = "humble", "humble", "public"
	database := open(t, at)
	r := migration.Run{Known: migration.Known(allPlugins), Storage: database.Migrations(), LockTimeout: patience, Print: func(string) {}}
	if err := r.Bootstrap(t.Context()); err != nil {
		t.Fatal(err)
	}
	var forbidden *postgres.GrantError
	err := database.PrepareOwn(t.Context())
	if !errors.As(err, &forbidden) || !strings.Contains(err.Error(), `GRANT CREATE ON DATABASE "`+d.Name+`" TO "humble";`) {
		t.Errorf("the error is %v", err)
	}
	if err := r.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	checkAlike(t, "tables after reset", 0, value(t, d.DSN(), "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
	if err := r.Bootstrap(t.Context()); err != nil {
		t.Errorf("bootstrap after reset: %v", err)
	}
}

func TestMigrationErrorsNameTheStep(t *testing.T) {
	t.Parallel()
	location := create28(t, testenv.PostgreSQL(t))
	run(t, location, "ALTER TABLE targets RENAME TO elsewhere")
	_, err := tryMigrate(t, location, migration.Run.Up)
	const want = `[PostgreSQL error] failed to run migration '016_280_to_300' up: ERROR: relation "targets" does not exist`
	if err == nil || err.Error() != want {
		t.Errorf("the error is %v, want %s", err, want)
	}
	checkLedger(t, location, ledger28)
	checkAlike(t, "locks", 0, value(t, location, "SELECT count(*) FROM locks"))
}
