package declarative_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/declarative"
	"github.com/kongo-gateway/kongo/sqlite"
)

func export(t testing.TB, db *datastore.DB) string {
	t.Helper()
	var text bytes.Buffer
	if err := declarative.Export(t.Context(), db, &text); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

// TestExport looks at the text of an export: entities by themselves, with ids, parents before children, ~ for null.
func TestExport(t *testing.T) {
	n := start(t)
	n.load(t, document(`"consumers": [{"username": "c", "acls": [{"group": "g"}]}]`))
	const want = `_format_version: '3.0'
_transform: false
consumers:
- id: c4511917-5bd2-5306-8ee5-d63ca5c67080
  created_at: TIME
  updated_at: TIME
  username: c
  custom_id: ~
  tags: ~
acls:
- id: be48e645-515d-5215-bbb5-ee11d4ccf980
  created_at: TIME
  consumer: c4511917-5bd2-5306-8ee5-d63ca5c67080
  group: g
  tags: ~
`
	var got strings.Builder
	for line := range strings.Lines(export(t, n.db)) {
		if name, _, isTime := strings.Cut(line, "_at: "); isTime {
			line = name + "_at: TIME\n"
		}
		got.WriteString(line)
	}
	if got.String() != want {
		t.Errorf("got\n%s\nwant\n%s", &got, want)
	}
}

// TestExportNothing exports nothing.
func TestExportNothing(t *testing.T) {
	if got := export(t, start(t).db); got != "_format_version: '3.0'\n_transform: false\n" {
		t.Errorf("%q", got)
	}
}

// TestExportText brings text of all kinds through an export.
func TestExportText(t *testing.T) {
	n := start(t)
	for _, text := range []string{
		"plain", "true", "1", "1e3", "0x1f", "1:30", "null", "~", " ", " lead", "trail ", "a: b", "a #b", "#a", "- a", "-", "? a", "'", `"`, `\`,
		"{a}", "[a]", "*a", "&a", "!a", "|", ">", "%a", "@a", "`a", "a,b", "2024-01-02", "=", "<<", "y", "No", "é😀", "\u2028", "\ufeffa", "\u0085",
		"a\nb", "a\nb\n", "a\nb\n\n", "\na", " a\nb", "a\n  b\n\nc", "a \nb", "a\tb", "a\r\nb", "\x01", "\x7f", strings.Repeat("long ", 100),
		"-----BEGIN X-----\nabc=\n-----END X-----\n", "{{ x }}", "a:", ":a", "a:b", "it's", "...", "---",
	} {
		n.load(t, document(`"vaults": [{"name": "env", "prefix": "my-env", "description": `+marshal(t, text)+`}]`))
		exported := export(t, n.db)
		n.load(t, exported)
		if got := n.rows(t, "vaults")[0]["description"]; got != text {
			t.Errorf("%q came back as %q in\n%s", text, got, exported)
		}
	}
}

// database is a database of its own.
func (n *node) database(t testing.TB) *datastore.DB {
	t.Helper()
	store, err := sqlite.Open(t.Context(), sqlite.Options{Path: filepath.Join(t.TempDir(), "kongo.db"), Model: n.model})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	log := slog.New(slog.DiscardHandler)
	feed, err := datastore.NewFeed(t.Context(), store, datastore.FeedOptions{Node: "test", Frequency: time.Hour, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	db, err := datastore.NewDB(t.Context(), store, n.model, feed, log)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

var updated = regexp.MustCompile(`(?m)^  updated_at: .*\n`)

func (n *node) importInto(db *datastore.DB, text string) error {
	config, err := declarative.NewParser(n.model, db.Workspace()).Parse(source(text))
	if err != nil {
		return err
	}
	return config.Import(context.Background(), db)
}

// TestImport puts configurations into a database that is in use.
func TestImport(t *testing.T) {
	n := start(t)
	db := n.database(t)
	services := n.model.Entity("services")
	if _, err := db.Insert(t.Context(), services, datastore.Document{"name": "old", "host": "old"}); err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{"h", "changed"} {
		err := n.importInto(db, document(`"services": [{"name": "moss", "host": "`+host+`", "routes": [{"name": "fern", "paths": ["/"]}]}]`))
		if err != nil {
			t.Fatal(err)
		}
		row, err := db.Select(t.Context(), services, datastore.ID("a45f95bb-1f20-5ab8-89e0-d7e9048c492a"))
		if err != nil || row["host"] != host {
			t.Errorf("%v, error %v", row, err)
		}
	}
	exported := export(t, db)
	if strings.Count(exported, "\n- ") != 3 || !strings.Contains(exported, "name: old") {
		t.Errorf("the database holds\n%s", exported)
	}
	other := n.database(t)
	if err := n.importInto(other, exported); err != nil {
		t.Fatal(err)
	}
	// Importing is a change, whose time is kept.
	if got := export(t, other); updated.ReplaceAllString(got, "") != updated.ReplaceAllString(exported, "") {
		t.Errorf("exported\n%s\nand then\n%s", exported, got)
	}
}

// TestImportRefused puts in what the database has under another id.
func TestImportRefused(t *testing.T) {
	n := start(t)
	db := n.database(t)
	if _, err := db.Insert(t.Context(), n.model.Entity("services"), datastore.Document{"name": "moss", "host": "old"}); err != nil {
		t.Fatal(err)
	}
	err := n.importInto(db, document(`"services": [{"name": "moss", "host": "h"}]`))
	var refused *datastore.Error
	if !errors.As(err, &refused) || refused.Code != datastore.CodeUniqueViolation {
		t.Errorf("error %v", err)
	}
}
