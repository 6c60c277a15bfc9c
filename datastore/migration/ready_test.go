package migration_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/datastore/migration"
)

func record(names string, pending ...string) migration.Record {
	executed := strings.Fields(names)
	r := migration.Record{Executed: executed, Pending: pending}
	if len(executed) > 0 {
		r.LastExecuted = executed[len(executed)-1]
	}
	return r
}

func TestReady(t *testing.T) {
	t.Parallel()
	jwt := record("000_jwt")
	for name, c := range map[string]struct {
		ledger  migration.Ledger
		form    migration.Form
		warning string
		err     string
	}{
		"no ledger":      {nil, migration.Empty, "", "Database needs bootstrapping or is older than Kong 1.0."},
		"empty ledger":   {migration.Ledger{}, migration.Empty, "", "New migrations available; run 'kongo migrations up' to proceed"},
		"complete":       {migration.Ledger{"core": record("000_base 001_old 002_new 003_newest"), "jwt": jwt}, migration.Kong39, "", ""},
		"in any order":   {migration.Ledger{"core": record("000_base 003_newest 001_old 002_new 002_new"), "jwt": jwt}, migration.Kong39, "", ""},
		"a newer Kong's": {migration.Ledger{"core": record("000_base 001_old 002_new 003_newest 004_unknown"), "jwt": jwt, "enterprise": record("000")}, migration.Kong39, "", ""},
		"pending":        {migration.Ledger{"core": record("000_base 001_old 002_new", "003_newest"), "jwt": jwt}, migration.Kong39, "database has pending migrations:\ncore: 003_newest", ""},
		"the last one is missing": {
			migration.Ledger{"core": {LastExecuted: "003_newest", Executed: []string{"000_base", "001_old", "002_new"}}, "jwt": jwt},
			migration.Kong39, "database is missing some migrations:\ncore: 003_newest", "",
		},
		"of Kong 2.8":                  {migration.Ledger{"core": record("000_base 001_old")}, migration.Kong28, "", ""},
		"of Kong 2.8 and not finished": {migration.Ledger{"core": record("000_base", "001_old")}, migration.Other, "", "New migrations available; run 'kongo migrations up' to proceed\ncore: 002_new, 003_newest\n jwt: 000_jwt"},
		"half-way":                     {migration.Ledger{"core": record("000_base 001_old 002_new"), "jwt": jwt}, migration.Other, "", "New migrations available; run 'kongo migrations up' to proceed\nthe tables are half-way between versions of Kong, which only the migrations of the Kong that made them can end; missing are: core (003_newest)"},
		"a gap":                        {migration.Ledger{"core": record("000_base 001_old 003_newest"), "jwt": jwt}, migration.Other, "", "New migrations available; run 'kongo migrations up' to proceed\nthe tables are half-way"},
		"a plugin is new":              {migration.Ledger{"core": record("000_base 001_old 002_new 003_newest")}, migration.Other, "", "New migrations available; run 'kongo migrations up' to proceed\njwt: 000_jwt"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			form, warnings, err := migration.Ready(known, c.ledger)
			text := ""
			if err != nil {
				text = err.Error()
			}
			if form != c.form || strings.Join(warnings, "\n") != c.warning || !strings.HasPrefix(text, c.err) || (c.err == "") != (err == nil) {
				t.Errorf("form %d, warnings %q, error %q; want %d, %q, %q", form, warnings, text, c.form, c.warning, c.err)
			}
		})
	}
}

func TestKnownFollowsTheNodesPlugins(t *testing.T) {
	t.Parallel()
	var names []string
	for _, s := range migration.Known([]string{"session", "acl", "request-transformer", "my-own"}) {
		names = append(names, s.Name)
	}
	if got := strings.Join(names, " "); got != "core acl session" {
		t.Errorf("the subsystems are %s", got)
	}
}

func TestStateAsJSON(t *testing.T) {
	t.Parallel()
	state := migration.Decide(known, migration.Ledger{"core": record("000_base 001_old 002_new", "003_newest")})
	text, err := json.Marshal(state)
	const want = `{"needs_bootstrap":false,` +
		`"executed_migrations":[{"subsystem":"core","namespace":"kong.db.migrations.core","migrations":["000_base","001_old","002_new"]}],` +
		`"pending_migrations":[{"subsystem":"core","namespace":"kong.db.migrations.core","migrations":["003_newest"]}],` +
		`"new_migrations":[{"subsystem":"jwt","namespace":"kong.plugins.jwt.migrations","migrations":["000_jwt"]}]}`
	if err != nil || string(text) != want {
		t.Errorf("%v\n got %s\nwant %s", err, text, want)
	}
}
