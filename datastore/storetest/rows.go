package storetest

import (
	"errors"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// testRows takes one row through its life.
func testRows(s *suite) {
	if row := s.read(&authors, numbered(1)); row != nil {
		s.Fatalf("new storage has a row: %v", row)
	}
	first := s.insert(&authors, datastore.Document{"id": numbered(1), "name": "Ada", "tags": []any{"x"}})
	second := s.insert(&authors, datastore.Document{"id": numbered(2), "name": "Bob", "born": int64(1900)})
	s.holds(&authors, first)
	s.holds(&authors, second)

	first["name"], first["born"], first["tags"] = "Ada Lovelace", int64(1815), nil
	s.must(s.store.Update(s.ctx, &authors, first))
	s.holds(&authors, first)
	s.holds(&authors, second)

	nobody := s.row(&authors, datastore.Document{"name": "Nobody"})
	if err := s.store.Update(s.ctx, &authors, nobody); !errors.Is(err, datastore.ErrNotFound) {
		s.Errorf("update of a missing row: %v", err)
	}
	for _, want := range []bool{true, false} {
		deleted, err := s.store.Delete(s.ctx, &authors, numbered(1))
		s.must(err)
		if deleted != want {
			s.Errorf("deleted: %v, want %v", deleted, want)
		}
	}
	if s.read(&authors, numbered(1)) != nil {
		s.Error("the deleted row is still there")
	}
	s.holds(&authors, second)
	s.must(s.store.Ping(s.ctx))
}

// testRowForms writes values of every type and reads them back.
func testRowForms(s *suite) {
	full := datastore.Document{
		"passport": "P 1", "alive": false, "born": int64(1815), "rating": 4.75,
		"genres": []any{"algebra", "letters"},
		"sales":  []any{int64(3), int64(1), int64(3)},
		"houses": []any{
			datastore.Document{"street": "Main", "number": int64(1), "rooms": []any{"hall", "attic"}},
			datastore.Document{"street": nil, "number": nil, "rooms": nil},
		},
		"letters": datastore.Document{"Charles": []any{"one", "two"}, "a.b c": []any{}},
		"estate": datastore.Document{
			"worth": 0.1, "sealed": true, "will": datastore.Document{"wording": "all", "copies": int64(2)},
		},
		"tags": []any{"b", "a"},
	}
	without := func(name string, v any) datastore.Document {
		doc := maps.Clone(full)
		delete(doc, "passport")
		doc[name] = v
		return doc
	}
	forms := map[string]datastore.Document{
		"nothing": {},
		"full":    full,
		"null": {
			"alive": nil, "born": nil, "rating": nil, "genres": nil, "sales": nil, "houses": nil, "letters": nil,
			"estate": nil, "tags": nil,
		},
		"empty": {
			"genres": []any{}, "sales": []any{}, "houses": []any{}, "letters": datastore.Document{}, "tags": []any{},
		},
		"nulls inside":       without("estate", datastore.Document{"worth": nil, "sealed": nil, "will": nil}),
		"largest integer":    without("born", int64(math.MaxInt64)),
		"smallest integer":   without("born", int64(math.MinInt64)),
		"inexact integer":    without("sales", []any{int64(1<<53 + 1), int64(-1<<53 - 1)}),
		"whole number":       without("rating", int64(-7)),
		"smallest number":    without("rating", 5e-324),
		"largest number":     without("rating", math.MaxFloat64),
		"zero":               without("rating", int64(0)),
		"quotes":             without("name", `it's "here" \ %s {}; --`),
		"other alphabets":    without("name", "Ἀδα 艾达 🙂"),
		"separators":         without("genres", []any{"a,b", "{c}", `"d"`, "null", "NULL", `\`, "<&>", "line\nbreak"}),
		"long":               without("letters", datastore.Document{"Charles": []any{strings.Repeat("long ", 20000)}}),
		"text like a number": without("name", "007"),
	}
	for name, members := range forms {
		if members["name"] == nil {
			members["name"] = name
		}
		row := s.insert(&authors, members)
		if difference := s.differ(&authors, row, s.read(&authors, datastore.DocumentID(row))); difference != "" {
			s.Errorf("%s: %s", name, difference)
		}
		selected, err := s.store.Select(s.ctx, &authors, datastore.Key{Field: "name", Value: row["name"].(string)}, s.workspace)
		s.must(err)
		if difference := s.differ(&authors, row, selected); difference != "" {
			s.Errorf("%s by name: %s", name, difference)
		}
	}
	rows := s.pages(&authors, datastore.Query{Size: 5})
	if len(rows) != len(forms) {
		s.Errorf("%d rows, want %d", len(rows), len(forms))
	}
}

// testWorkspaces tells rows of different workspaces apart.
func testWorkspaces(s *suite) {
	other := s.otherWorkspace()
	here := s.insert(&authors, datastore.Document{"name": "Ada"})
	there := s.insert(&authors, datastore.Document{"name": "Ada", schema.ColumnWorkspace: other})
	shelf := s.insert(&shelves, datastore.Document{"name": "top"})
	ada := datastore.Key{Field: "name", Value: "Ada"}

	found := func(e *schema.Entity, key datastore.Key, ws string) string {
		row, err := s.store.Select(s.ctx, e, key, ws)
		if errors.Is(err, datastore.ErrNotFound) {
			return ""
		}
		s.must(err)
		return datastore.DocumentID(row)
	}
	hereID, thereID := datastore.DocumentID(here), datastore.DocumentID(there)
	for _, c := range []struct {
		name string
		e    *schema.Entity
		key  datastore.Key
		ws   string
		want string
	}{
		{"by name here", &authors, ada, s.workspace, hereID},
		{"by name there", &authors, ada, other, thereID},
		{"by name in none", &authors, ada, uuid.NewString(), ""},
		{"by id here", &authors, datastore.ID(hereID), s.workspace, hereID},
		{"by id elsewhere", &authors, datastore.ID(thereID), s.workspace, ""},
		{"by id anywhere", &authors, datastore.ID(thereID), "", thereID},
		{"without workspaces", &shelves, datastore.Key{Field: "name", Value: "top"}, "", datastore.DocumentID(shelf)},
	} {
		if got := found(c.e, c.key, c.ws); got != c.want {
			s.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	if got := found(&authors, ada, ""); got != hereID && got != thereID {
		s.Errorf("by name anywhere: %q", got)
	}
	for _, c := range []struct {
		ws   string
		want []string
	}{{s.workspace, []string{hereID}}, {other, []string{thereID}}, {"", []string{hereID, thereID}}} {
		got := ids(s.pages(&authors, datastore.Query{Size: 1, Workspace: c.ws}))
		slices.Sort(got)
		slices.Sort(c.want)
		if !slices.Equal(got, c.want) {
			s.Errorf("pages of workspace %q: %v, want %v", c.ws, got, c.want)
		}
	}
	found(workspaces(), datastore.Key{Field: "name", Value: "default"}, "")
}

// otherWorkspace adds a second workspace and returns its id.
func (s *suite) otherWorkspace() string {
	s.Helper()
	return datastore.DocumentID(s.insert(workspaces(), datastore.Document{"name": "other"}))
}

// testNotNull leaves out what a table insists on.
func testNotNull(s *suite) {
	row := s.row(&books, datastore.Document{"title": "t", "pages": nil})
	var null *datastore.NullError
	if err := s.store.Insert(s.ctx, &books, row); !errors.As(err, &null) || null.Field != "pages" {
		s.Errorf("insert: %v", err)
	}
	if _, err := s.store.Upsert(s.ctx, &books, schema.PrimaryKey, row); !errors.As(err, &null) || null.Field != "pages" {
		s.Errorf("upsert: %v", err)
	}
	row = s.insert(&books, datastore.Document{"title": "t"})
	row["pages"] = nil
	if err := s.store.Update(s.ctx, &books, row); !errors.As(err, &null) || null.Field != "pages" {
		s.Errorf("update: %v", err)
	}
	row["pages"] = int64(100)
	s.holds(&books, row)
}
