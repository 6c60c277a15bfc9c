package postgres_test

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/datastore/migration"
	"github.com/kongo-gateway/kongo/internal/testenv"
)

//go:embed testdata/rows28.sql
var rows28 string

// create28 makes a database as Kong 2.8 leaves it after its bootstrap and returns its connection string.
func create28(t testing.TB, server *testenv.PostgresServer) string {
	t.Helper()
	location := server.CreateDatabase(t).DSN()
	migrate(t, location, func(r migration.Run, ctx context.Context) error {
		var old []migration.Subsystem
		for _, s := range r.Known {
			if s.Steps = s.Steps[:s.Kong28]; s.Kong28 > 0 {
				old = append(old, s)
			}
		}
		r.Known = old
		return r.Bootstrap(ctx)
	})
	return location
}

// ledger28 is the ledger after a bootstrap by Kong 2.8.5.
const ledger28 = `acl | 004_212_to_213 | 4 | {}
acme | 000_base_acme | 1 | NULL
basic-auth | 003_200_to_210 | 3 | {}
bot-detection | 001_200_to_210 | 1 | {}
core | 015_270_to_280 | 14 | {}
hmac-auth | 003_200_to_210 | 3 | {}
ip-restriction | 001_200_to_210 | 1 | {}
jwt | 003_200_to_210 | 3 | {}
key-auth | 003_200_to_210 | 3 | {}
oauth2 | 005_210_to_211 | 4 | {}
rate-limiting | 004_200_to_210 | 3 | NULL
response-ratelimiting | 000_base_response_rate_limiting | 1 | NULL
session | 001_add_ttl_index | 2 | NULL`

func TestTablesOfKong28(t *testing.T) {
	t.Parallel()
	location := create28(t, testenv.PostgreSQL(t))
	checkTables(t, location, tables28)
	checkLedger(t, location, ledger28)
}

func TestUpAndFinishTakeKong28ToKong39(t *testing.T) {
	t.Parallel()
	location := create28(t, testenv.PostgreSQL(t))
	run(t, location, rows28)
	before := countRows(t, location)

	lines := migrate(t, location, migration.Run.Up)
	if got := lines[len(lines)-4:]; !slices.Equal(got, []string{
		"24 migrations processed", "15 executed", "9 pending",
		"\nDatabase has pending migrations; run 'kongo migrations finish' when ready",
	}) {
		t.Errorf("up ended with %q", got)
	}
	if _, err := tryMigrate(t, location, migration.Run.Up); err == nil || err.Error() != "Database has pending migrations; run 'kongo migrations finish'" {
		t.Errorf("another up: %v", err)
	}
	// Nodes of both versions serve now; those of 2.8 read what they always did.
	for plugin, members := range map[string][]string{
		"rate-limiting": {"redis_host", "redis"}, "pre-function": {"functions", "access"}, "http-log": {"headers"},
	} {
		for _, member := range members {
			checkAlike(t, plugin+"."+member, 1,
				value(t, location, fmt.Sprintf("SELECT count(*) FROM plugins WHERE name = '%s' AND config ? '%s'", plugin, member)))
		}
	}

	lines = migrate(t, location, migration.Run.Finish)
	if got := lines[len(lines)-3:]; !slices.Equal(got, []string{"9 migrations processed", "9 executed", "No pending migrations to finish"}) {
		t.Errorf("finish ended with %q", got)
	}
	checkTables(t, location, tables39)
	if got := migrate(t, location, migration.Run.Up); !slices.Equal(got, []string{"Database is already up-to-date"}) {
		t.Errorf("up after finish printed %q", got)
	}

	before["sm_vaults"], before["targets"], before["tags"] = before["vaults_beta"], before["targets"]-2, before["tags"]-2
	delete(before, "vaults_beta")
	delete(before, "ttls")
	after := countRows(t, location)
	for table, rows := range before {
		if table != "schema_meta" && after[table] != rows {
			t.Errorf("%s: %d rows are left of %d", table, after[table], rows)
		}
	}
	for query, want := range map[string]string{
		"SELECT paths::text FROM routes WHERE name = 'regular'":                                                                     `{~/v(1|2),/plain,"~/a\\.b$",~/über,/x/y/~z}`,
		"SELECT id::text FROM workspaces":                                                                                           "8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0028",
		"SELECT string_agg(weight::text, ' ' ORDER BY weight) FROM targets":                                                         "20 50",
		"SELECT min(cache_key) FROM targets":                                                                                        "targets:28000000-0000-4000-8000-000000000031:10.0.0.1:8080::::8a5b2b1c-6a3e-4a54-9d2f-0d7d2d1f0028",
		"SELECT entity_name FROM tags WHERE tags = '{safe}'":                                                                        "sm_vaults",
		"SELECT prefix || config::text || extract(epoch FROM created_at)::bigint FROM sm_vaults":                                    `my-env{"prefix": "SECRET_"}1600000000`,
		"SELECT (config->'redis')::text FROM plugins WHERE name = 'response-ratelimiting'":                                          `{"host": "r2.example", "port": 6379, "timeout": 2000, "database": 0, "password": null, "username": null}`,
		"SELECT config->'redis'->>'host' FROM plugins WHERE name = 'rate-limiting'":                                                 "redis.example",
		"SELECT (config->'headers')::text FROM plugins WHERE name = 'http-log'":                                                     `{"x-one": "a", "x-two": "a, b"}`,
		"SELECT (config->'access')::text FROM plugins WHERE name = 'pre-function'":                                                  `["return 1"]`,
		"SELECT (config->'access')::text FROM plugins WHERE name = 'post-function'":                                                 `["return 2"]`,
		"SELECT config->'storage_config'->'redis'->>'password' FROM plugins WHERE name = 'acme'":                                    "pw",
		"SELECT count(*)::text FROM plugins WHERE config ?| '{redis_host,functions}' OR config->'storage_config'->'redis' ? 'auth'": "0",
	} {
		if got := value(t, location, query); got != want {
			t.Errorf("%s:\n got %v\nwant %v", query, got, want)
		}
	}
}

func TestUpRewritesManyRows(t *testing.T) {
	t.Parallel()
	location := create28(t, testenv.PostgreSQL(t))
	run(t, location, `INSERT INTO routes (id, paths, ws_id) SELECT gen_random_uuid(), CASE WHEN n % 3 = 0 THEN '{/plain}'::text[] ELSE ARRAY['/r+' || n] END, w.id
		FROM generate_series(1, 2500) AS n, workspaces AS w`)
	migrate(t, location, migration.Run.Up)
	checkAlike(t, "regular expressions", 1667, value(t, location, "SELECT count(*) FROM routes WHERE paths[1] ~ '^~/r[+]\\d+$'"))
	checkAlike(t, "prefixes", 833, value(t, location, "SELECT count(*) FROM routes WHERE paths = '{/plain}'"))
}

func TestUpMakesTablesForPluginsThatAreNew(t *testing.T) {
	t.Parallel()
	location := testenv.PostgreSQL(t).CreateDatabase(t).DSN()
	migrate(t, location, func(r migration.Run, ctx context.Context) error {
		r.Known = migration.Known([]string{"jwt"})
		return r.Bootstrap(ctx)
	})
	migrate(t, location, migration.Run.Up)
	migrate(t, location, migration.Run.Finish)
	checkTables(t, location, tables39)
}

func TestHalfWayDatabasesAreRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ change, up, finish string }{
		"between 2.8 and 3.9": {
			"UPDATE schema_meta SET executed = array_append(executed, '016_280_to_300'), last_executed = '016_280_to_300' WHERE subsystem = 'core'",
			"core (017_300_to_310, ", "",
		},
		"older than 2.8": {
			"UPDATE schema_meta SET executed = array_remove(executed, '015_270_to_280'), last_executed = '014_230_to_270' WHERE subsystem = 'core'",
			"core (015_270_to_280, ", "",
		},
		"an old step pending": {
			"UPDATE schema_meta SET executed = array_remove(executed, '012_213_to_220'), pending = '{012_213_to_220}' WHERE subsystem = 'core'",
			"run 'kongo migrations finish'", "core (012_213_to_220)",
		},
		"the last step lost": {
			"UPDATE schema_meta SET executed = array_remove(executed, '015_270_to_280') WHERE subsystem = 'core'",
			"core (015_270_to_280, 016_280_to_300, ", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			location := create28(t, testenv.PostgreSQL(t))
			run(t, location, c.change)
			ledger := strings.Join(ledgerText(t, location), "\n")
			if _, err := tryMigrate(t, location, migration.Run.Up); err == nil || !strings.Contains(err.Error(), c.up) {
				t.Errorf("up: %v, which does not say %s", err, c.up)
			}
			if _, err := tryMigrate(t, location, migration.Run.Finish); c.finish != "" && (err == nil || !strings.Contains(err.Error(), c.finish)) {
				t.Errorf("finish: %v, which does not say %s", err, c.finish)
			}
			if got := strings.Join(ledgerText(t, location), "\n"); got != ledger {
				t.Errorf("the ledger changed to\n%s", got)
			}
		})
	}
}

// countRows counts the rows of all tables.
func countRows(t testing.TB, location string) map[string]int64 {
	t.Helper()
	counts := map[string]int64{}
	for _, table := range values(t, location, "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'") {
		counts[table.(string)] = value(t, location, "SELECT count(*) FROM "+table.(string)).(int64)
	}
	return counts
}
