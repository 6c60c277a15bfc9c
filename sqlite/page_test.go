package sqlite

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/entity"
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/internal/testenv"
)

// openCore opens a new database for the entities of the core.
func openCore(t testing.TB) *Store {
	t.Helper()
	m, err := schema.NewModel(entity.Core(entity.Options{})...)
	if err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), Options{Path: filepath.Join(t.TempDir(), "test.db"), Model: m})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// plan is what SQLite does for a statement, a line per step.
func plan(t *testing.T, s *Store, text string, args ...any) []string {
	t.Helper()
	rows, err := s.read.db.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+text, args...)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	defer rows.Close()
	var steps []string
	for rows.Next() {
		var id, parent, unused int
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			t.Fatal(err)
		}
		steps = append(steps, step)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return steps
}

// TestPagesDoNotReadTheWholeTable looks at how SQLite finds the rows of every form of page: it must neither scan a table
// nor sort what it found, except for the few ids that the tags of an any-of filter contribute to one page.
func TestPagesDoNotReadTheWholeTable(t *testing.T) {
	s := openCore(t)
	for _, e := range s.model.Entities() {
		table := s.tables[e.Name]
		if table == nil {
			continue
		}
		parents := []datastore.Key{{}}
		for i := range e.Fields {
			if f := &e.Fields[i]; f.Type == schema.Foreign {
				parents = append(parents, datastore.Key{Field: f.Name, Value: "x"})
			}
		}
		tags := [][]string{nil}
		if e.HasTags() {
			tags = append(tags, []string{"a"}, []string{"a", "b", "c"})
		}
		for _, parent := range parents {
			for _, filter := range tags {
				for _, q := range []datastore.Query{
					{Workspace: "w", Parent: parent, Tags: filter},
					{Parent: parent, Tags: filter, AnyTag: true},
				} {
					q.Size = 10
					statement, err := table.page(q, "x")
					if err != nil {
						t.Fatal(err)
					}
					for _, step := range plan(t, s, statement.text(), statement.args...) {
						perPage := parent.Field == "" && filter != nil &&
							(strings.HasPrefix(step, "SCAN (subquery") || strings.Contains(step, "UNION"))
						if !perPage && (strings.HasPrefix(step, "SCAN") || strings.Contains(step, "TEMP B-TREE")) {
							t.Errorf("%s %+v: %s\n%s", e.Name, q, step, statement.text())
						}
					}
				}
			}
		}
	}
}

// TestLookUpsDoNotReadTheWholeTable looks at how SQLite finds a row by what the Admin API finds it by.
func TestLookUpsDoNotReadTheWholeTable(t *testing.T) {
	s := openCore(t)
	for _, e := range s.model.Entities() {
		table := s.tables[e.Name]
		if table == nil {
			continue
		}
		keys := map[string]bool{schema.PrimaryKey: true}
		if e.EndpointKey != "" {
			keys[e.EndpointKey] = true
		}
		for i := range e.Fields {
			if e.Fields[i].Unique {
				keys[e.Fields[i].Name] = true
			}
		}
		for field := range keys {
			c, err := table.column(field)
			if err != nil {
				t.Fatal(err)
			}
			for _, ws := range []string{"", "w"} {
				statement := table.lookUp(c, "x", ws)
				step := plan(t, s, statement.text(), statement.args...)[0]
				if !strings.HasPrefix(step, "SEARCH") || !strings.Contains(step, "("+c.name+"=?") {
					t.Errorf("%s by %s: %s\n%s", e.Name, field, step, statement.text())
				}
			}
		}
	}
}

// TestTagsDoNotReadTheWholeTable looks at how SQLite finds a page of tags.
func TestTagsDoNotReadTheWholeTable(t *testing.T) {
	s := openCore(t)
	for _, tag := range []string{"", "a"} {
		statement := tagsAfter(datastore.TagQuery{Size: 10, Tag: tag}, "x", 1)
		steps := plan(t, s, statement.text(), statement.args...)
		if len(steps) != 1 || !strings.HasPrefix(steps[0], "SEARCH") {
			t.Errorf("tag %q: %q\n%s", tag, steps, statement.text())
		}
	}
}

// TestManyRows pages through large tables, and once more after a restart.
func TestManyRows(t *testing.T) {
	t.Parallel()
	rows := testenv.Count(100000).N()
	m, err := schema.NewModel(entity.Core(entity.Options{})...)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "test.db")
	for restart := range 2 {
		s, err := Open(t.Context(), Options{Path: path, Model: m})
		if err != nil {
			t.Fatal(err)
		}
		if restart == 0 {
			insertRoute(t, s, -1)
			multiply(t, s, rows)
		}
		shown := 0
		last := ""
		q := datastore.Query{Size: 1000}
		for {
			page, err := s.Page(t.Context(), m.Entity("routes"), q)
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range page.Rows {
				id := datastore.DocumentID(row)
				if id <= last {
					t.Fatalf("row %s follows %s", id, last)
				}
				last = id
			}
			shown += len(page.Rows)
			if q.Offset = page.Next; q.Offset == "" {
				break
			}
		}
		if shown != rows {
			t.Errorf("%d rows are shown, want %d", shown, rows)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// multiply copies the only route under other ids and names until there are enough.
func multiply(t *testing.T, s *Store, rows int) {
	t.Helper()
	table := s.tables["routes"]
	var names, values []string
	for _, c := range table.columns {
		names = append(names, c.name)
		switch c.name {
		case "id":
			values = append(values, "printf('%08x-0000-4000-8000-000000000000', n * 2654435761 & 0xffffffff)")
		case "name":
			values = append(values, "printf('copy-%d', n)")
		default:
			values = append(values, "r."+quote(c.name))
		}
	}
	text := fmt.Sprintf("WITH numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)"+
		" INSERT INTO %[1]s (%[2]s) SELECT %[3]s FROM numbers, %[1]s AS r WHERE r.name = ?",
		table.quoted, quoteAll(names), strings.Join(values, ", "))
	if _, err := s.write.exec(t.Context(), text, rows-1, "route--1"); err != nil {
		t.Fatal(err)
	}
}

// BenchmarkPage reads the largest page that a client can ask for.
func BenchmarkPage(b *testing.B) {
	s := openCore(b)
	e := s.model.Entity("routes")
	for n := range 1000 {
		insertRoute(b, s, n)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Page(context.Background(), e, datastore.Query{Size: 1000}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkInsert waits for the disk once per row.
func BenchmarkInsert(b *testing.B) {
	s := openCore(b)
	n := 0
	for b.Loop() {
		insertRoute(b, s, n)
		n++
	}
}

func insertRoute(t testing.TB, s *Store, n int) {
	t.Helper()
	e := s.model.Entity("routes")
	row, errs := e.Prepare(datastore.Document{
		"name": fmt.Sprint("route-", n), "hosts": []any{fmt.Sprintf("host-%d.example.com", n)},
		"paths": []any{fmt.Sprint("/path/", n)}, "tags": []any{"tag"},
	}, schema.Insert, time.Now())
	if errs != nil {
		t.Fatal(errs)
	}
	if err := s.Insert(context.Background(), e, row); err != nil {
		t.Fatal(err)
	}
}
