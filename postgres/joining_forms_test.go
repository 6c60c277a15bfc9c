package postgres_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/entity"
	"github.com/kongo-gateway/kongo/datastore/kong28"
	"github.com/kongo-gateway/kongo/datastore/migration"
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/internal/testenv"
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/plugin/bundled"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// changeForms makes changes that the forms of databases show in different ways, and returns the id of a target.
func changeForms(n *node) (target string) {
	n.insert("routes", datastore.Document{"paths": []any{"/fixed", `~/number/\d+`}})
	upstream := n.insert("upstreams", datastore.Document{"name": "u"})
	row := n.insert("targets", datastore.Document{"target": "h:1", "upstream": datastore.Document{"id": upstream["id"]}})
	n.insert("vaults", datastore.Document{"prefix": "vau", "name": "env"})
	n.insert("consumers", datastore.Document{"username": "c"})
	return datastore.DocumentID(row)
}

// tellings are the channels and data of all events.
func tellings(t *testing.T, location string) (channels, data []string) {
	t.Helper()
	for _, e := range eventRows(t, location) {
		channels = append(channels, e.Channel)
		data = append(data, e.Data)
	}
	slices.Sort(channels)
	return slices.Compact(channels), data
}

func TestJoiningE1UsesTheFormOfKong39(t *testing.T) {
	t.Parallel()
	location := kong(t)
	n := startNode(t, serverAt(t, location), nil)
	changeForms(n)
	for query, want := range map[string]int64{
		`SELECT count(*) FROM routes WHERE paths = '{/fixed,~/number/\\d+}'`:     1,
		"SELECT count(*) FROM targets WHERE cache_key LIKE 'targets:%:h:1::::%'": 1,
		"SELECT count(*) FROM sm_vaults":                                         1,
		"SELECT count(*) FROM consumers WHERE updated_at IS NOT NULL":            1,
		"SELECT count(*) FROM tags WHERE entity_name = 'sm_vaults'":              1,
		"SELECT count(*) FROM upstreams WHERE NOT use_srv_name":                  1,
	} {
		checkAlike(t, query, want, value(t, location, query))
	}
	channels, data := tellings(t, location)
	if !slices.Equal(channels, []string{"balancer:targets", "balancer:upstreams", general, core}) {
		t.Errorf("the channels are %q", channels)
	}
	if !slices.Contains(data, "vaults:vau:::::") {
		t.Errorf("nothing tells of the vault: %q", data)
	}
}

func TestJoiningE2UsesTheFormOfKong28(t *testing.T) {
	t.Parallel()
	location := create28(t, testenv.PostgreSQL(t))
	plugins, err := plugin.NewRegistry(bundled.Plugins(schemas.Node{})...)
	if err != nil {
		t.Fatal(err)
	}
	model, err := schema.NewModel(kong28.Entities(slices.Concat(entity.Core(entity.Options{
		RouterFlavor: "traditional",
		Plugins:      plugins.Schemas(),
		Vaults:       map[string]*schema.Subschema{"env": &entity.EnvVault},
	}), bundled.Entities()))...)
	if err != nil {
		t.Fatal(err)
	}
	store, err := kong28.Wrap(t.Context(), open(t, serverAt(t, location)).Store(model), model)
	if err != nil {
		t.Fatal(err)
	}
	n := startNodeOn(t, store, model, nil)
	target := changeForms(n)
	for query, want := range map[string]int64{
		`SELECT count(*) FROM routes WHERE paths = '{/fixed,/number/\\d+}'`: 1,
		"SELECT count(*) FROM vaults_beta":                                  1,
		"SELECT count(*) FROM tags WHERE entity_name = 'vaults_beta'":       1,
	} {
		checkAlike(t, query, want, value(t, location, query))
	}
	channels, data := tellings(t, location)
	if !slices.Equal(channels, []string{"balancer:targets", "balancer:upstreams", general}) {
		t.Errorf("the channels are %q", channels)
	}
	for _, key := range []string{"targets:" + target + ":::::" + n.db.Workspace(), "vaults_beta:vau:::::" + n.db.Workspace(), "router:version"} {
		if !slices.Contains(data, key) {
			t.Errorf("nothing tells of %s: %q", key, data)
		}
	}
	if _, err := n.db.Insert(t.Context(), n.entity("key_sets"), datastore.Document{"name": "s"}); err == nil {
		t.Error("an entity is stored that Kong 2.8 does not have")
	}
	checkTables(t, location, tables28)
}

// E3 is about Cassandra: see package cassandra.

func TestJoiningE4RefusesEveryOtherState(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]string{
		"between 2.8 and 3.9": "UPDATE schema_meta SET executed = executed || '{016_280_to_300}', last_executed = '016_280_to_300' WHERE subsystem = 'core'",
		"older than 2.8":      "UPDATE schema_meta SET executed = array_remove(executed, '015_270_to_280'), last_executed = '014_230_to_270' WHERE subsystem = 'core'",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			location := create28(t, testenv.PostgreSQL(t))
			run(t, location, change)
			ledger, err := open(t, serverAt(t, location)).Migrations().Ledger(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			_, _, err = migration.Ready(migration.Known(allPlugins), ledger)
			if err == nil || !strings.Contains(err.Error(), "017_300_to_310") {
				t.Errorf("got %v, which does not list what is missing", err)
			}
		})
	}
}
