package e2e_test

import (
	"os"
	"testing"

	"github.com/kongo-gateway/kongo/internal/testenv"
)

// The embedded database is made and brought up to date by whoever opens it, so that the commands have little to do. Scripts
// that run them find the texts and exit codes of an up-to-date Kong.
func TestMigrationsOfTheEmbeddedDatabase(t *testing.T) {
	t.Parallel()
	n := testenv.NewNode(t, testenv.NodeConfig{})
	const bootstrapped = "Bootstrapping database...\nmigrating core on database 'PREFIX/kongo.db'...\n" +
		"core migrated up to: 000_base (executed)\n1 migration processed\n1 executed\nDatabase is up-to-date\n"
	for _, c := range []struct {
		args           string
		code           int
		stdout, stderr string
	}{
		{"migrations list", 0, "The database 'PREFIX/kongo.db' is made when a node is started.\n", ""},
		{"migrations status", 0, `{"needs_bootstrap":true}` + "\n", ""},
		{"migrations reset -y", 1, "Database not bootstrapped, nothing to reset\n", ""},
		{"migrations bootstrap", 0, bootstrapped, ""},
		{"migrations bootstrap", 0, "Database already bootstrapped\n", ""},
		{"migrations bootstrap -q", 0, "", ""},
		{"migrations up", 0, "Database is already up-to-date\n", ""},
		{"migrations up --lock-timeout 5 --db-timeout=5", 0, "Database is already up-to-date\n", ""},
		{"migrations up -qy", 0, "", ""},
		{"migrations finish", 0, "No pending migrations to finish\n", ""},
		{"migrations list", 0, "Executed migrations:\ncore: 000_base\n", ""},
		{"migrations status", 0, `{"needs_bootstrap":false,"executed_migrations":[{"subsystem":"core","namespace":"kong.db.migrations.core","migrations":["000_base"]}]}` + "\n", ""},
		{"migrations reset", 1, "", "Error: not a tty: invoke 'reset' non-interactively with the --yes flag" + more},
		{"migrations reset --yes", 0, "Resetting database...\nDatabase successfully reset\n", ""},
		{"migrations up", 0, "Database is already up-to-date\n", ""},
		{"migrations bootstrap -f", 0, "Resetting database...\nDatabase successfully reset\n" + bootstrapped, ""},
	} {
		t.Run(c.args, func(t *testing.T) { expect(t, n, c.args+" -c CONF", c.code, c.stdout, c.stderr) })
	}
	n.Start(t)
	expect(t, n, "migrations reset -y -c CONF", 1, "Resetting database...\n",
		"Error: remove database PREFIX/kongo.db: the database is in use; stop the nodes that use it first"+more)
	if _, err := os.Stat(n.Prefix + "/kongo.db"); err != nil {
		t.Error(err)
	}
}
