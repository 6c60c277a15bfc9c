package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// kinds are the entities of the random operations.
var kinds = []*schema.Entity{&authors, &shelves, &books}

// pager is a walk through the pages of a query.
type pager struct {
	entity *schema.Entity
	query  datastore.Query
	// steady are the rows that the query has shown all the time since the walk began.
	steady map[string]bool
	shown  map[string]bool
}

// comparison is a store, the library that it should be equal to, and the walks through it that are under way. Its methods that
// take a test alone are the random operations.
type comparison struct {
	*suite
	library library
	walks   []*pager
}

// testProperty compares the store with a library over random operations, while pages are read in between.
func testProperty(whole *suite) {
	rapid.Check(whole.T, func(t *rapid.T) {
		s := *whole // with as much time for one sequence as other parts have for all they do
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		s.ctx = ctx
		s.clear(t)
		c := &comparison{suite: &s, library: library{&authors: {}, &shelves: {}, &books: {}}}
		t.Repeat(map[string]func(*rapid.T){
			"insert":         c.insert,
			"update":         c.update,
			"upsert by id":   c.upsertByID,
			"upsert by name": c.upsertByName,
			"delete":         c.delete,
			"select":         func(t *rapid.T) { s.compare(t, drawKind(t), c.library, drawID(t)) },
			"begin to page":  c.beginToPage,
			"next page":      c.nextPage,
		})
		for _, w := range c.walks {
			for !s.turn(t, c.library, w) {
			}
		}
		for _, e := range kinds {
			for n := range pool {
				s.compare(t, e, c.library, numbered(n))
			}
		}
	})
}

func (c *comparison) insert(t *rapid.T) {
	e := drawKind(t)
	row := c.drawRow(t, e, c.library)
	problems := c.library.problems(e, row, "")
	expect(t, c.store.Insert(c.ctx, e, row), problems)
	c.put(e, row, problems)
}

func (c *comparison) update(t *rapid.T) {
	e := drawKind(t)
	row := c.drawRow(t, e, c.library)
	id := datastore.DocumentID(row)
	problems := c.library.problems(e, row, id)
	if c.library[e][id] == nil {
		problems = []string{"not found"}
	}
	expect(t, c.store.Update(c.ctx, e, row), problems)
	c.put(e, row, problems)
}

func (c *comparison) upsertByID(t *rapid.T) {
	e := drawKind(t)
	row := c.drawRow(t, e, c.library)
	problems := c.library.problems(e, row, datastore.DocumentID(row))
	_, err := c.store.Upsert(c.ctx, e, schema.PrimaryKey, row)
	expect(t, err, problems)
	c.put(e, row, problems)
}

func (c *comparison) upsertByName(t *rapid.T) {
	row := c.drawRow(t, &authors, c.library)
	row["id"] = uuid.NewString()
	self := c.library.named(&authors, row["name"])
	problems := c.library.problems(&authors, row, self)
	id, err := c.store.Upsert(c.ctx, &authors, "name", row)
	expect(t, err, problems)
	if self != "" {
		row["id"] = self
	}
	if err == nil && id != row["id"] {
		t.Fatalf("upserted under id %s, want %s", id, row["id"])
	}
	c.put(&authors, row, problems)
}

func (c *comparison) delete(t *rapid.T) {
	e := drawKind(t)
	id := drawID(t)
	var problems []string
	if e == &authors && c.library.any(&books, "author", id) {
		problems = []string{"referenced by books"}
	}
	deleted, err := c.store.Delete(c.ctx, e, id)
	expect(t, err, problems)
	if want := err == nil && c.library[e][id] != nil; deleted != want {
		t.Fatalf("deleted: %v, want %v", deleted, want)
	}
	if problems == nil {
		c.library.remove(e, id)
	}
	c.changed()
}

func (c *comparison) beginToPage(t *rapid.T) {
	e, q := drawQuery(t)
	w := &pager{entity: e, query: q, steady: map[string]bool{}, shown: map[string]bool{}}
	for id, row := range c.library[e] {
		if matches(row, q) {
			w.steady[id] = true
		}
	}
	c.walks = append(c.walks, w)
}

func (c *comparison) nextPage(t *rapid.T) {
	if len(c.walks) == 0 {
		t.Skip()
	}
	i := rapid.IntRange(0, len(c.walks)-1).Draw(t, "walk")
	if c.turn(t, c.library, c.walks[i]) {
		c.walks = slices.Delete(c.walks, i, i+1)
	}
}

// put notes in the library what the store has accepted.
func (c *comparison) put(e *schema.Entity, row datastore.Document, problems []string) {
	c.library.put(e, row, problems)
	c.changed()
}

// changed takes rows that a query does not show any more off the walks that would have to show them.
func (c *comparison) changed() {
	for _, w := range c.walks {
		for id := range w.steady {
			if row := c.library[w.entity][id]; row == nil || !matches(row, w.query) {
				delete(w.steady, id)
			}
		}
	}
}

// pool is the number of ids that rows have, small enough for operations to meet.
const pool = 8

func drawKind(t *rapid.T) *schema.Entity { return rapid.SampledFrom(kinds).Draw(t, "entity") }

func drawID(t *rapid.T) string { return numbered(rapid.IntRange(0, pool-1).Draw(t, "id")) }

// drawRow makes a row; most references point to a row that is there.
func (s *suite) drawRow(t *rapid.T, e *schema.Entity, l library) datastore.Document {
	name := func(label string) string { return rapid.StringMatching("[a-e]").Draw(t, label) }
	parent := func(e *schema.Entity) any {
		id := drawID(t)
		if l[e][id] == nil && rapid.IntRange(0, 3).Draw(t, "dangling") > 0 {
			return nil
		}
		return datastore.Document{"id": id}
	}
	members := datastore.Document{"id": drawID(t)}
	if tags := rapid.SliceOfNDistinct(rapid.SampledFrom([]any{"r", "g", "b"}), 0, 3, rapid.ID).Draw(t, "tags"); len(tags) > 0 {
		members["tags"] = tags
	}
	switch e {
	case &authors:
		members["name"] = name("name")
		members["born"] = rapid.Int64().Draw(t, "born")
		if rapid.Bool().Draw(t, "with passport") {
			members["passport"] = name("passport")
		}
	case &shelves:
		members["name"] = name("name")
	case &books:
		members["title"], members["author"], members["shelf"] = name("title"), parent(&authors), parent(&shelves)
	}
	return s.row(e, members)
}

func drawQuery(t *rapid.T) (*schema.Entity, datastore.Query) {
	e := drawKind(t)
	q := datastore.Query{
		Size:   rapid.IntRange(1, 3).Draw(t, "size"),
		Tags:   rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"r", "g", "b"}), 0, 2, rapid.ID).Draw(t, "tags"),
		AnyTag: rapid.Bool().Draw(t, "any tag"),
	}
	if e == &books && rapid.Bool().Draw(t, "below a parent") {
		q.Parent = datastore.Key{Field: rapid.SampledFrom([]string{"author", "shelf"}).Draw(t, "parent"), Value: drawID(t)}
	}
	return e, q
}

// expect fails the test unless err is one of the problems, or nil if there are none.
func expect(t *rapid.T, err error, problems []string) {
	t.Helper()
	var conflict *datastore.ConflictError
	var missing *datastore.MissingParentError
	var referenced *datastore.ReferencedError
	got := fmt.Sprint(err)
	switch {
	case err == nil && len(problems) == 0:
		return
	case errors.As(err, &conflict):
		got = "conflict in " + conflict.Field
	case errors.As(err, &missing):
		got = "missing " + missing.Field
	case errors.As(err, &referenced):
		got = "referenced by " + referenced.Child
	}
	if !slices.Contains(problems, got) {
		t.Fatalf("got %s, want one of %q", got, problems)
	}
}

// compare reads one row of the store and of the library.
func (s *suite) compare(t *rapid.T, e *schema.Entity, l library, id string) {
	t.Helper()
	row, err := s.store.Select(s.ctx, e, datastore.ID(id), "")
	want := l[e][id]
	if want == nil {
		if !errors.Is(err, datastore.ErrNotFound) {
			t.Fatalf("%s %s should not be there: %v %v", e.Name, id, row, err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if difference := s.differ(e, want, row); difference != "" {
		t.Fatalf("%s %s: %s", e.Name, id, difference)
	}
}

// turn reads the next page of a walk and reports whether it was the last one.
func (s *suite) turn(t *rapid.T, l library, w *pager) bool {
	t.Helper()
	page, err := s.store.Page(s.ctx, w.entity, w.query)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range page.Rows {
		id := datastore.DocumentID(row)
		switch {
		case l[w.entity][id] == nil || !matches(row, w.query):
			t.Fatalf("%+v shows the row %v", w.query, row)
		case w.shown[id]:
			t.Fatalf("%+v shows the row %s twice", w.query, id)
		}
		if difference := s.differ(w.entity, l[w.entity][id], row); difference != "" {
			t.Fatalf("%+v: %s", w.query, difference)
		}
		w.shown[id] = true
	}
	if w.query.Offset = page.Next; page.Next != "" {
		return false
	}
	for id := range w.steady {
		if !w.shown[id] {
			t.Fatalf("%+v never showed the row %s", w.query, id)
		}
	}
	return true
}

// clear empties the store, children first.
func (s *suite) clear(t *rapid.T) {
	t.Helper()
	for _, e := range slices.Backward(kinds) {
		for _, id := range ids(s.pages(e, datastore.Query{Size: 100})) {
			if _, err := s.store.Delete(s.ctx, e, id); err != nil {
				t.Fatal(err)
			}
		}
	}
}
