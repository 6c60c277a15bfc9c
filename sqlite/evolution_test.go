package sqlite_test

import (
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/entity"
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
	"github.com/kongo-gateway/kongo/sqlite"
)

// libraryModel describes one entity, and as a newer version of kongo would, more fields of it and another entity.
func libraryModel(t *testing.T, newer bool) *schema.Model {
	t.Helper()
	entities := entity.Core(entity.Options{})[:1] // workspaces
	books := &schema.Entity{Name: "books", Workspaceable: true, Fields: []schema.Field{
		typedef.ID, {Name: "title", Type: schema.String},
	}}
	if newer {
		shelves := &schema.Entity{Name: "shelves", Fields: []schema.Field{typedef.ID, typedef.Tags}}
		books.Fields = append(books.Fields,
			schema.Field{Name: "pages", Type: schema.Integer, Default: 100},
			schema.Field{Name: "printed", Type: schema.Boolean, Required: schema.Required, Default: true},
			schema.Field{Name: "rating", Type: schema.Number, Default: 2.5},
			schema.Field{Name: "cover", Type: schema.String, Default: "it's plain"},
			schema.Field{Name: "editions", Type: schema.Array, Default: []any{1, 2}, Elements: &schema.Field{Type: schema.Integer}},
			schema.Field{Name: "isbn", Type: schema.String, Unique: true},
			schema.Field{Name: "weight", Type: schema.Integer, NotNull: true, Default: 1},
			schema.Field{Name: "summary", Type: schema.String, NotNull: true},
			schema.Field{Name: "shelf", Type: schema.Foreign, Reference: "shelves", OnDelete: schema.Cascade},
			typedef.Tags,
		)
		books.TTL = true
		books.CacheKey = []string{"title", "shelf"}
		entities = append(entities, shelves)
	}
	m, err := schema.NewModel(append(entities, books)...)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func book(t *testing.T, s *sqlite.Store, m *schema.Model, members datastore.Document) (*schema.Entity, datastore.Document) {
	t.Helper()
	e := m.Entity("books")
	row, errs := e.Prepare(members, schema.Insert, time.Now())
	if errs != nil {
		t.Fatal(errs)
	}
	workspace, err := s.DefaultWorkspace(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	row[schema.ColumnWorkspace] = workspace
	return e, row
}

// TestNewFieldsAppearInOldDatabases opens a database under descriptions that grew since it was made, while a process with
// the old ones goes on.
func TestNewFieldsAppearInOldDatabases(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	oldModel, newModel := libraryModel(t, false), libraryModel(t, true)
	old := open(t, path, oldModel)
	e, row := book(t, old, oldModel, datastore.Document{"title": "before"})
	if err := old.Insert(t.Context(), e, row); err != nil {
		t.Fatal(err)
	}
	id := datastore.DocumentID(row)

	current := open(t, path, newModel)
	e = newModel.Entity("books")
	read := func(id string) datastore.Document {
		t.Helper()
		row, err := current.Select(t.Context(), e, datastore.ID(id), "")
		if err != nil {
			t.Fatal(err)
		}
		return row
	}
	want := datastore.Document{
		"id": id, "title": "before", "pages": int64(100), "printed": true, "rating": 2.5, "cover": "it's plain",
		"editions": []any{int64(1), int64(2)}, "isbn": nil, "weight": int64(1), "summary": "", "shelf": nil, "tags": nil,
		"ws_id": row["ws_id"], "cache_key": nil, "ttl": nil,
	}
	if got := read(id); !reflect.DeepEqual(got, want) {
		t.Errorf("the old row reads\n%v\nwant\n%v", got, want)
	}

	shelf := datastore.Document{"id": "11111111-1111-4111-8111-111111111111", "tags": []any{"s"}}
	if err := current.Insert(t.Context(), newModel.Entity("shelves"), shelf); err != nil {
		t.Fatal(err)
	}
	_, row = book(t, current, newModel, datastore.Document{
		"title": "after", "isbn": "1", "summary": "s", "tags": []any{"b"}, "shelf": datastore.Document{"id": shelf["id"]},
	})
	if err := current.Insert(t.Context(), e, row); err != nil {
		t.Fatal(err)
	}
	for name, broken := range map[string]struct {
		member string
		value  any
		want   error
	}{
		"unique":  {"isbn", "1", &datastore.ConflictError{Field: "isbn"}},
		"null":    {"weight", nil, &datastore.NullError{Field: "weight"}},
		"foreign": {"shelf", datastore.Document{"id": id}, &datastore.MissingParentError{Field: "shelf"}},
	} {
		_, row := book(t, current, newModel, datastore.Document{"title": "broken", "summary": "s"})
		row[broken.member] = broken.value
		if err := current.Insert(t.Context(), e, row); !reflect.DeepEqual(err, broken.want) {
			t.Errorf("%s: %v, want %v", name, err, broken.want)
		}
	}
	if tags, err := current.Tags(t.Context(), datastore.TagQuery{Size: 10}); err != nil || len(tags.Rows) != 2 {
		t.Errorf("tags: %v %v", tags, err)
	}

	// The old process still writes, and leaves alone what it does not know.
	oldBooks, oldRow := book(t, old, oldModel, datastore.Document{"id": row["id"], "title": "renamed"})
	if _, err := old.Upsert(t.Context(), oldBooks, "id", oldRow); err != nil {
		t.Fatal(err)
	}
	row["title"], row["ttl"] = "renamed", nil
	row["cache_key"] = nil
	if got := read(datastore.DocumentID(row)); !reflect.DeepEqual(got, row) {
		t.Errorf("after an old process wrote it, the row reads\n%v\nwant\n%v", got, row)
	}
	deleted, err := current.Delete(t.Context(), newModel.Entity("shelves"), shelf["id"].(string))
	if !deleted || err != nil {
		t.Fatalf("deleted: %v %v", deleted, err)
	}
	if _, err := current.Select(t.Context(), e, datastore.ID(datastore.DocumentID(row)), ""); err != datastore.ErrNotFound {
		t.Errorf("the row below a deleted one: %v", err)
	}
}
