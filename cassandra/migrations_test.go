package cassandra_test

import (
	"context"
	"encoding/json"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/gocql/gocql"

	"github.com/kongo-gateway/kongo/cassandra"
	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/kong28"
	"github.com/kongo-gateway/kongo/datastore/migration"
	"github.com/kongo-gateway/kongo/internal/testenv"
)

// tableFacts are what a table of Kong 2.8 looks like.
type tableFacts struct {
	Columns       map[string]string `json:"columns"`
	PartitionKey  []string          `json:"partition_key"`
	ClusteringKey []string          `json:"clustering_key"`
	Indexes       map[string]string `json:"indexes"`
	TTL           int               `json:"ttl"`
}

// describe reads what the tables of a keyspace look like, but for what kongo added to them.
func describe(t *testing.T, session *gocql.Session, keyspace string) map[string]*tableFacts {
	t.Helper()
	tables := map[string]*tableFacts{}
	read := func(query string, dest []any, fn func()) {
		t.Helper()
		rows := session.Query("SELECT "+query+" WHERE keyspace_name = ?", keyspace).Iter()
		for rows.Scan(dest...) {
			fn()
		}
		if err := rows.Close(); err != nil {
			t.Fatal(err)
		}
	}
	var table, name, kind, typ string
	var ttl, position int
	read("table_name, default_time_to_live FROM system_schema.tables", []any{&table, &ttl}, func() {
		if !strings.HasPrefix(table, "kongo_") {
			tables[table] = &tableFacts{
				Columns: map[string]string{}, PartitionKey: []string{}, ClusteringKey: []string{}, Indexes: map[string]string{},
				TTL: ttl,
			}
		}
	})
	keys := map[string]map[string]map[int]string{}
	read("table_name, column_name, kind, type, position FROM system_schema.columns",
		[]any{&table, &name, &kind, &typ, &position}, func() {
			f := tables[table]
			if f == nil || strings.HasPrefix(name, "kongo_") {
				return
			}
			f.Columns[name] = strings.ReplaceAll(typ, " ", "")
			if position >= 0 {
				if keys[table] == nil {
					keys[table] = map[string]map[int]string{"partition_key": {}, "clustering": {}}
				}
				keys[table][kind][position] = name
			}
		})
	for table, kinds := range keys {
		for i := range len(kinds["partition_key"]) {
			tables[table].PartitionKey = append(tables[table].PartitionKey, kinds["partition_key"][i])
		}
		for i := range len(kinds["clustering"]) {
			tables[table].ClusteringKey = append(tables[table].ClusteringKey, kinds["clustering"][i])
		}
	}
	var options map[string]string
	read("table_name, index_name, options FROM system_schema.indexes", []any{&table, &name, &options}, func() {
		if column := strings.Trim(options["target"], `"`); tables[table] != nil && !strings.HasPrefix(column, "kongo_") {
			tables[table].Indexes[name] = column
		}
	})
	return tables
}

// The tables that a bootstrap makes are those of Kong 2.8, and kongo's own.
func TestBootstrapMakesTheTablesOfKong(t *testing.T) {
	t.Parallel()
	server := testenv.Cassandra(t)
	opts := options(server, server.Keyspace())
	session := dropAfter(t, server, opts.Keyspace)
	model := kongModel(t, cassandra.Entities)

	// Several nodes at once: one does the work, the others wait for it.
	var together sync.WaitGroup
	lines := make([][]string, 3)
	for i := range lines {
		together.Go(func() {
			var err error
			if lines[i], err = tryRun(opts, model, cassandra.Known(bundledPlugins), migration.Run.Bootstrap); err != nil {
				t.Error(err)
			}
		})
	}
	together.Wait()
	if t.Failed() {
		return
	}
	worked := 0
	for _, printed := range lines {
		switch last := printed[len(printed)-1]; {
		case last == "Database is up-to-date":
			worked++
		case last != "Database already bootstrapped":
			t.Errorf("a bootstrap ends with %q", last)
		}
	}
	if worked != 1 {
		t.Errorf("%d bootstraps did the work:\n%v", worked, lines)
	}

	text, err := os.ReadFile("testdata/kong28.json")
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]*tableFacts
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	got := describe(t, session, opts.Keyspace)
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if !reflect.DeepEqual(got[name], want[name]) {
			t.Errorf("%s is\n%+v, want\n%+v", name, got[name], want[name])
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d tables, want %d", len(got), len(want))
	}
	for query, want := range map[string]int{
		"SELECT count(*) FROM KEYSPACE.workspaces WHERE name = 'default'":     1,
		"SELECT count(*) FROM KEYSPACE.parameters WHERE key = 'cluster_id'":   1,
		"SELECT count(*) FROM KEYSPACE.schema_meta WHERE key = 'schema_meta'": 14,
		"SELECT count(*) FROM KEYSPACE.locks":                                 0,
	} {
		var n int
		if err := session.Query(strings.ReplaceAll(query, "KEYSPACE", opts.Keyspace)).Scan(&n); err != nil || n != want {
			t.Errorf("%s: %d, want %d (%v)", query, n, want, err)
		}
	}
	if lines := migrate(t, opts, model, migration.Run.Up, bundledPlugins...); !slices.Equal(lines, []string{"Database is already up-to-date"}) {
		t.Errorf("up prints %q", lines)
	}

	// All entities of Kong 3.9 are there.
	db := openDB(t, opts, model)
	set, err := db.Insert(t.Context(), model.Entity("key_sets"), datastore.Document{"name": "k"})
	if err != nil {
		t.Fatal(err)
	}
	upstream, err := db.Insert(t.Context(), model.Entity("upstreams"), datastore.Document{"name": "u", "use_srv_name": true})
	if err != nil {
		t.Fatal(err)
	}
	target := datastore.Document{"target": "a.example:1", "upstream": upstream["name"]}
	target["upstream"] = datastore.Document{"name": "u"}
	for want := range 2 {
		_, err := db.Insert(t.Context(), model.Entity("targets"), target)
		if code := datastore.ErrorCode(err); want == 0 && err != nil || want == 1 && code != datastore.CodeUniqueViolation {
			t.Errorf("insert of a target, time %d: %v", want, err)
		}
	}
	if set["updated_at"] == nil || upstream["use_srv_name"] != true {
		t.Errorf("written: %v %v", set, upstream)
	}
}

// A keyspace of Kong 2.8 is used as it is. up adds what kongo has in addition, and changes nothing else.
func TestKeyspaceOfKong28(t *testing.T) {
	t.Parallel()
	opts, session := kongKeyspace(t)
	ledger := func() migration.Ledger {
		t.Helper()
		m, err := cassandra.OpenMigrations(t.Context(), opts, kongModel(t, cassandra.Entities))
		if err != nil {
			t.Fatal(err)
		}
		defer m.Close()
		ledger, err := m.Ledger(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return ledger
	}
	known := cassandra.Known(bundledPlugins)
	if form, warnings, err := migration.Ready(known, ledger()); form != migration.Kong28 || err != nil || warnings != nil {
		t.Fatalf("as Kong made it, it has the form %v: %v %v", form, warnings, err)
	}
	tables := describe(t, session, opts.Keyspace)
	rows := map[string]content{}
	for table, facts := range tables {
		if facts.Columns["id"] != "" || table == "tags" {
			rows[table] = dump(t, session, opts.Keyspace, table)
		}
	}

	// The first attempt is interrupted after some of the statements.
	do(t, session, "CREATE TABLE "+opts.Keyspace+".kongo_key_sets (id uuid PRIMARY KEY)")
	do(t, session, "ALTER TABLE "+opts.Keyspace+".consumers ADD kongo_updated_at timestamp")
	model := kongModel(t, cassandra.Entities)
	lines := migrate(t, opts, model, migration.Run.Up, bundledPlugins...)
	if want := "migrating kongo on keyspace '" + opts.Keyspace + "'..."; lines[0] != want || len(lines) != 4 {
		t.Errorf("up prints %q", lines)
	}
	if form, _, err := migration.Ready(known, ledger()); form != migration.Kong39 || err != nil {
		t.Errorf("then it has the form %v: %v", form, err)
	}
	if got := describe(t, session, opts.Keyspace); !reflect.DeepEqual(got, tables) {
		t.Errorf("the tables of Kong are\n%v, were\n%v", got, tables)
	}
	for table, want := range rows {
		same(t, table, want, dump(t, session, opts.Keyspace, table))
	}

	// What nodes of Kong 2.8 do not know has its default, until somebody sets it.
	db := openDB(t, opts, model)
	upstreams := model.Entity("upstreams")
	pool := datastore.Key{Field: "name", Value: "pool"}
	row, err := db.Select(t.Context(), upstreams, pool)
	if err != nil || row["use_srv_name"] != false || row["hash_on_query_arg"] != nil || row["updated_at"] != row["created_at"] {
		t.Errorf("an upstream of Kong 2.8: %v %v", row, err)
	}
	if _, err := db.Update(t.Context(), upstreams, pool, datastore.Document{"use_srv_name": true}); err != nil {
		t.Error(err)
	}
	if row, err = db.Select(t.Context(), upstreams, pool); err != nil || row["use_srv_name"] != true {
		t.Errorf("set: %v %v", row, err)
	}
	if _, err := db.Insert(t.Context(), model.Entity("key_sets"), datastore.Document{"name": "k"}); err != nil {
		t.Error(err)
	}
	same(t, "upstreams", rows["upstreams"], dump(t, session, opts.Keyspace, "upstreams"))

	// Its rows are the same for a node that does without what was added.
	if _, err := openDB(t, opts, kongModel(t, kong28.Entities)).Select(t.Context(), upstreams, pool); err != nil {
		t.Error(err)
	}

	if lines := migrate(t, opts, model, migration.Run.Reset); lines[len(lines)-1] != "Database successfully reset" {
		t.Errorf("reset prints %q", lines)
	}
}

// A command that has to do with a keyspace that is not there says what to do.
func TestNoKeyspace(t *testing.T) {
	t.Parallel()
	server := testenv.Cassandra(t)
	opts := options(server, server.Keyspace())
	if _, err := cassandra.Open(t.Context(), opts, coreModel(t)); err == nil || !strings.Contains(err.Error(), "does not exist") {
		t.Errorf("open: %v", err)
	}
	m, err := cassandra.OpenMigrations(t.Context(), opts, coreModel(t))
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if ledger, err := m.Ledger(context.Background()); ledger != nil || err != nil {
		t.Errorf("ledger: %v %v", ledger, err)
	}
}
