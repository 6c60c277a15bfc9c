package e2e_test

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/kongo-gateway/kongo/internal/testenv"
)

// needsBootstrap is what a database that nobody bootstrapped makes commands and nodes say.
const needsBootstrap = `Database needs bootstrapping or is older than Kong 1.0.

To start a new installation from scratch, run 'kongo migrations bootstrap'.

To migrate from a version older than 1.0, migrated to Kong 1.5.0 first. 
If you still have 'apis' entities, you can convert them to Routes and Services
using the 'kong migrations migrate-apis' command in Kong 1.5.0.
`

// onPostgres prepares a node on a database.
func onPostgres(t *testing.T, d testenv.Database) *testenv.Node {
	t.Helper()
	return testenv.NewNode(t, testenv.NodeConfig{Env: d.Env()})
}

// session makes a connection to a database. It is closed when the test ends.
func session(t *testing.T, d testenv.Database) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), d.DSN())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) }) // the server may be gone
	return conn
}

func query(t *testing.T, conn *pgx.Conn, statement string) {
	t.Helper()
	if _, err := conn.Exec(t.Context(), statement, pgx.QueryExecModeSimpleProtocol); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func TestMigrationsOnPostgres(t *testing.T) {
	t.Parallel()
	d := testenv.PostgreSQL(t).CreateDatabase(t)
	n := onPostgres(t, d)
	conn := session(t, d)
	on := "on database '" + d.Name + "'...\n"
	bootstrapped := "Bootstrapping database...\nmigrating core " + on + "core migrated up to: 000_base (executed)\n…" +
		"core migrated up to: 024_380_to_390 (executed)\nmigrating acl " + on + "…migrating session " + on + "…" +
		"session migrated up to: 002_320_to_330 (executed)\n67 migrations processed\n67 executed\nDatabase is up-to-date\n"
	const executed = "Executed migrations:\n                 core: 000_base, 003_100_to_110, …, 024_380_to_390\n                  acl: 000_base_acl, …" +
		"\n              session: 000_base_session, 001_add_ttl_index, 002_320_to_330\n"
	for _, c := range []struct {
		change         string // what happens to the database before
		args           string
		code           int
		stdout, stderr string
	}{
		{"", "migrations list", 3, needsBootstrap + "\n", ""},
		{"", "migrations status", 0, `{"needs_bootstrap":true}` + "\n", ""},
		{"", "migrations up", 1, "", "Error: Cannot run migrations: " + needsBootstrap + more},
		{"", "migrations finish", 1, "", "Error: Cannot run migrations: " + needsBootstrap + more},
		{"", "migrations reset -y", 1, "Database not bootstrapped, nothing to reset\n", ""},
		{"", "migrations reset", 1, "", "Error: not a tty: invoke 'reset' non-interactively with the --yes flag" + more},
		{"", "start", 1, "…", "Error: " + needsBootstrap + more},
		{"", "start --run-migrations", 1, "…", "Error: Cannot run migrations: " + needsBootstrap + more},
		{"", "migrations bootstrap", 0, bootstrapped, ""},
		{"", "migrations bootstrap", 0, "Database already bootstrapped\n", ""},
		{"", "migrations bootstrap -v", 0, "…[info] Database already bootstrapped\n", ""},
		{"", "migrations bootstrap -q", 0, "", ""},
		{"", "migrations list", 0, executed, ""},
		{"", "migrations up", 0, "Database is already up-to-date\n", ""},
		{"", "migrations finish", 0, "No pending migrations to finish\n", ""},
		{"", "migrations status", 0, `{"needs_bootstrap":false,"executed_migrations":[{"subsystem":"core","namespace":"kong.db.migrations.core",` +
			`"migrations":["000_base",…]},{"subsystem":"acl","namespace":"kong.plugins.acl.migrations","migrations":["000_base_acl",…]}]}` + "\n", ""},

		{"INSERT INTO locks VALUES ('migrations', gen_random_uuid(), CURRENT_TIMESTAMP + interval '1 hour')", "migrations finish", 0, "aborted: another node is performing database changes\n", ""},
		{"", "migrations up --lock-timeout 0.2", 1, "aborted: another node is performing database changes\n", ""},
		{"", "migrations reset -y", 1, "aborted: another node is performing database changes\n", ""},

		// A step that is no known last one is new, one that is makes a warning.
		{"DELETE FROM locks; DELETE FROM schema_meta WHERE subsystem = 'jwt'", "migrations list", 5, executed[:strings.Index(executed, "\n     ")] + "…" +
			"\n\nNew migrations available:\njwt: 000_base_jwt, 002_130_to_140, 003_200_to_210\n\nRun 'kongo migrations up' to proceed\n", ""},
		{"", "start", 1, "…", "Error: New migrations available; run 'kongo migrations up' to proceed\n…" + more},
		{"", "migrations up", 0, "migrating jwt " + on + "jwt migrated up to: 000_base_jwt (executed)\njwt migrated up to: 002_130_to_140 (executed)\n" +
			"jwt migrated up to: 003_200_to_210 (pending)\n3 migrations processed\n2 executed\n1 pending\n" +
			"\nDatabase has pending migrations; run 'kongo migrations finish' when ready\n", ""},
		{"", "migrations up", 1, "", "Error: Database has pending migrations; run 'kongo migrations finish'" + more},
		{"", "migrations list", 4, "Executed …\n\nPending migrations:\njwt: 003_200_to_210\n\nRun 'kongo migrations finish' when ready\n", ""},
		{"DELETE FROM schema_meta WHERE subsystem = 'acl'", "migrations list", 4, "Executed …\n\nPending migrations:\njwt: 003_200_to_210\n\nNew migrations available:\nacl: …\n\n" +
			"\nRun 'kongo migrations finish' when ready to complete pending migrations (postgres database will be incompatible with the previous Kong version)\n",
			"… [warn] Database has pending migrations from a previous upgrade, and new migrations from this upgrade (version 3.9.1)\n"},
		{"", "migrations finish", 0, "migrating jwt " + on + "jwt migrated up to: 003_200_to_210 (executed)\n1 migration processed\n1 executed\n" +
			"\nNew migrations available; run 'kongo migrations up' to proceed\n", ""},
		{"", "migrations up", 0, "migrating acl …", ""},
		{"", "migrations finish", 0, "migrating acl …2 migrations processed\n2 executed\nNo pending migrations to finish\n", ""},
		{"", "migrations up -f", 0, "migrating core …67 migrations processed\n67 executed\n", ""},
		{"", "migrations bootstrap -f", 0, "Resetting database...\nDatabase successfully reset\n" + bootstrapped, ""},
		{"", "migrations reset -y", 0, "Resetting database...\nDatabase successfully reset\n", ""},
		{"", "migrations bootstrap -f", 0, "Database not bootstrapped, nothing to reset\n" + bootstrapped, ""},
	} {
		t.Run(c.args, func(t *testing.T) {
			if c.change != "" {
				query(t, conn, c.change)
			}
			expect(t, n, c.args+" -c CONF", c.code, c.stdout, c.stderr)
		})
	}
	// The ledger of a newer Kong is none of this one's business.
	query(t, conn, "UPDATE schema_meta SET executed = array_append(executed, '025_390_to_3100'), last_executed = '025_390_to_3100' WHERE subsystem = 'core'")
	n.Start(t)
	if status, answer := send(t, "GET", "http://"+n.Admin+"/status", ""); status != 200 || !strings.Contains(answer, `"reachable":true`) {
		t.Errorf("/status answers %d %s", status, answer)
	}
}

// The line with which the container of the self-hoster's cluster sets up or upgrades the database.
func TestMigrationsInOneLine(t *testing.T) {
	t.Parallel()
	d := testenv.PostgreSQL(t).CreateDatabase(t)
	n := onPostgres(t, d)
	for _, want := range []string{"Database is up-to-date\n", "Database already bootstrapped\n"} {
		kongo := n.Command("version").Path
		command := exec.CommandContext(t.Context(), "sh", "-c", fmt.Sprintf(
			"%[1]s migrations bootstrap -v || (%[1]s migrations up -v && %[1]s migrations finish -v)", kongo))
		command.Env = n.Command("version").Env
		output, err := command.CombinedOutput()
		if err != nil || !strings.HasSuffix(string(output), want) {
			t.Errorf("%v: the output is\n%s\nand does not end with %s", err, output, want)
		}
	}
}

func TestConcurrentBootstraps(t *testing.T) {
	t.Parallel()
	d := testenv.PostgreSQL(t).CreateDatabase(t)
	n := onPostgres(t, d)
	const nodes = 4
	results := make([]string, nodes)
	var bootstraps sync.WaitGroup
	for i := range nodes {
		command := n.Command("migrations", "bootstrap")
		bootstraps.Go(func() {
			output, err := command.CombinedOutput()
			results[i] = string(output)
			if err != nil {
				t.Errorf("%v:\n%s", err, output)
			}
		})
	}
	bootstraps.Wait()
	done := 0
	for _, output := range results {
		switch {
		case strings.HasSuffix(output, "67 migrations processed\n67 executed\nDatabase is up-to-date\n"):
			done++
		case !strings.HasSuffix(output, "Database already bootstrapped\n"):
			t.Errorf("one ended with\n%s", output)
		}
	}
	if done != 1 {
		t.Errorf("%d of them made the tables", done)
	}
	expect(t, n, "migrations list -c CONF", 0, "…", "")
}

// A command that dies in the middle leaves nothing half done, and is made up for by running it again.
func TestKilledMigrations(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		create   func(t *testing.T) testenv.Database
		obstacle string // holds up the command in the middle
		commands []string
		tables   string // counts what the command makes
	}{
		"bootstrap": {
			func(t *testing.T) testenv.Database { return testenv.PostgreSQL(t).CreateDatabase(t) },
			"CREATE TABLE plugins ()", []string{"bootstrap"},
			"SELECT count(*) FROM pg_tables WHERE tablename IN ('services', 'keys')",
		},
		"up": {
			func(t *testing.T) testenv.Database { return kong28(t) },
			"SELECT FROM plugins", []string{"up", "finish"},
			"SELECT count(*) FROM pg_tables WHERE tablename IN ('sm_vaults', 'keys')",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := c.create(t)
			n := onPostgres(t, d)
			conn := session(t, d)
			query(t, conn, "BEGIN")
			query(t, conn, c.obstacle)
			command := n.Command("migrations", c.commands[0])
			if err := command.Start(); err != nil {
				t.Fatal(err)
			}
			observer := session(t, d)
			eventually(t, "the command waits for the obstacle", func() bool {
				return count(t, observer, "SELECT count(*) FROM pg_locks WHERE NOT granted") > 0
			})
			if err := command.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			_ = command.Wait() // it was killed
			query(t, conn, "ROLLBACK")
			eventually(t, "the server is done with the command", func() bool {
				return count(t, observer, "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'kong%' AND datname = current_database()") == 0
			})
			if made := count(t, observer, c.tables); made != 0 {
				t.Errorf("%d tables are left", made)
			}
			for _, again := range c.commands {
				expect(t, n, "migrations "+again+" -c CONF", 0, "…", "")
			}
			if made := count(t, observer, c.tables); made != 2 {
				t.Errorf("%d tables are there", made)
			}
			expect(t, n, "migrations list -c CONF", 0, "Executed migrations:\n…", "")
		})
	}
}

func count(t *testing.T, conn *pgx.Conn, statement string) (n int) {
	t.Helper()
	if err := conn.QueryRow(t.Context(), statement).Scan(&n); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	return n
}

// A node makes the schema of its own tables, or says what keeps it from doing so and serves without.
func TestNodesMakeTheirOwnTables(t *testing.T) {
	t.Parallel()
	d := testenv.PostgreSQL(t).CreateDatabase(t)
	expect(t, onPostgres(t, d), "migrations bootstrap -c CONF", 0, "…", "")
	conn := session(t, d)
	query(t, conn, "DROP SCHEMA kongo CASCADE; CREATE ROLE humble LOGIN PASSWORD 'humble'; GRANT ALL ON ALL TABLES IN SCHEMA public TO humble")
	const schemas = "SELECT count(*) FROM pg_tables WHERE schemaname = 'kongo'"

	env := d.Env()
	env["KONG_PG_USER"], env["KONG_PG_PASSWORD"] = "humble", "humble"
	n := testenv.Kongo(t, testenv.NodeConfig{Env: env})
	if made := count(t, conn, schemas); made != 0 {
		t.Errorf("there are %d tables", made)
	}
	if status, answer := send(t, "POST", "http://"+n.Admin+"/services", `{"host":"example.com"}`); status != 201 {
		t.Errorf("a new service answers %d %s", status, answer)
	}
	if log := n.Log(); !strings.Contains(log, `GRANT CREATE ON DATABASE "`+d.Name+`" TO "humble";`) {
		t.Errorf("the log is\n%s", log)
	}
	testenv.Kongo(t, testenv.NodeConfig{Env: d.Env()})
	if made := count(t, conn, schemas); made != 1 {
		t.Errorf("there are %d tables", made)
	}
}
