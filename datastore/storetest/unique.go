package storetest

import (
	"errors"
	"fmt"
	"sync"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// writers is how many goroutines fight for the same value.
const writers = 50

// testUpsert replaces rows by id and by other unique fields, and creates them.
func testUpsert(s *suite) {
	upsert := func(e *schema.Entity, conflict string, row datastore.Document) string {
		s.Helper()
		id, err := s.store.Upsert(s.ctx, e, conflict, row)
		s.must(err)
		return id
	}
	byID := s.row(&authors, datastore.Document{"id": numbered(1), "name": "Ada", "tags": []any{"x"}})
	if id := upsert(&authors, schema.PrimaryKey, byID); id != numbered(1) {
		s.Errorf("created under id %s", id)
	}
	s.holds(&authors, byID)

	byID = s.row(&authors, datastore.Document{"id": numbered(1), "name": "Ada Lovelace"})
	upsert(&authors, schema.PrimaryKey, byID)
	s.holds(&authors, byID)

	byName := s.row(&authors, datastore.Document{"id": numbered(2), "name": "Ada Lovelace", "born": int64(1815)})
	if id := upsert(&authors, "name", byName); id != numbered(1) {
		s.Errorf("the replaced row has the id %s now", id)
	}
	byName["id"] = numbered(1)
	s.holds(&authors, byName)
	if s.read(&authors, numbered(2)) != nil {
		s.Error("there are two rows now")
	}

	created := s.row(&authors, datastore.Document{"id": numbered(3), "name": "Bob", "passport": "B"})
	if id := upsert(&authors, "name", created); id != numbered(3) {
		s.Errorf("created under id %s", id)
	}
	moved := s.row(&authors, datastore.Document{"name": "Rob", "passport": "B"})
	if id := upsert(&authors, "passport", moved); id != numbered(3) {
		s.Errorf("replaced by passport under id %s", id)
	}

	elsewhere := s.row(&authors, datastore.Document{"name": "Rob", schema.ColumnWorkspace: s.otherWorkspace()})
	if id := upsert(&authors, "name", elsewhere); id != datastore.DocumentID(elsewhere) {
		s.Error("a row of another workspace was replaced")
	}
	shelf := s.insert(&shelves, datastore.Document{"name": "top"})
	if id := upsert(&shelves, "name", s.row(&shelves, datastore.Document{"name": "top"})); id != datastore.DocumentID(shelf) {
		s.Errorf("shelf replaced under id %s", id)
	}

	clash := s.row(&authors, datastore.Document{"id": numbered(1), "name": "Rob"})
	_, err := s.store.Upsert(s.ctx, &authors, schema.PrimaryKey, clash)
	s.conflict(err, "name")
	clash = s.row(&authors, datastore.Document{"name": "Ada Lovelace", "passport": "B"})
	_, err = s.store.Upsert(s.ctx, &authors, "name", clash)
	s.conflict(err, "passport")
	byName["born"] = int64(1815)
	s.holds(&authors, byName)
}

// conflict fails the test unless err says that a unique field clashed.
func (s *suite) conflict(err error, field string) {
	s.Helper()
	var conflict *datastore.ConflictError
	if !errors.As(err, &conflict) || conflict.Field != field {
		s.Errorf("got %v, want a conflict in %s", err, field)
	}
}

// testUnique looks for clashes of every kind.
func testUnique(s *suite) {
	other := s.otherWorkspace()
	shelf := s.insert(&shelves, datastore.Document{"name": "top"})
	s.insert(&authors, datastore.Document{"id": numbered(1), "name": "Ada", "passport": "A"})
	second := s.insert(&authors, datastore.Document{"name": "Bob", "passport": "B"})
	s.insert(&books, datastore.Document{"title": "t", "shelf": foreign(shelf)})

	for _, c := range []struct {
		e       *schema.Entity
		members datastore.Document
		field   string
	}{
		{&authors, datastore.Document{"id": numbered(1), "name": "new"}, schema.PrimaryKey},
		{&authors, datastore.Document{"name": "Ada"}, "name"},
		{&authors, datastore.Document{"name": "new", "passport": "A"}, "passport"},
		{&authors, datastore.Document{"name": "new", "passport": "A", schema.ColumnWorkspace: other}, "passport"},
		{&shelves, datastore.Document{"name": "top"}, "name"},
		{&books, datastore.Document{"title": "t", "shelf": foreign(shelf)}, schema.ColumnCacheKey},
	} {
		s.conflict(s.store.Insert(s.ctx, c.e, s.row(c.e, c.members)), c.field)
	}
	for _, allowed := range []datastore.Document{
		{"name": "Ada", schema.ColumnWorkspace: other},
		{"name": "ada"},
		{"name": "nobody's passport"},
		{"name": "nobody's either"},
	} {
		s.insert(&authors, allowed)
	}
	s.insert(&books, datastore.Document{"title": "t"})
	s.insert(&shelves, datastore.Document{"name": nil})
	s.insert(&shelves, datastore.Document{"name": nil})

	// Where several values clash, it matters which one is named.
	book := s.insert(&books, datastore.Document{"title": "b", "isbn": "1"})
	s.insert(&reviews, datastore.Document{"book": foreign(book), "reviewer": "r", "number": "1"})
	for _, c := range []struct {
		e       *schema.Entity
		members datastore.Document
		field   string
	}{
		{&authors, datastore.Document{"name": "Ada", "passport": "A"}, "name"},
		{&books, datastore.Document{"title": "b", "isbn": "1"}, schema.ColumnCacheKey},
		{&reviews, datastore.Document{"book": foreign(book), "reviewer": "r", "number": "1"}, "number"},
	} {
		s.conflict(s.store.Insert(s.ctx, c.e, s.row(c.e, c.members)), c.field)
	}

	renamed := schema.Clone(second)
	renamed["name"] = "Ada"
	s.conflict(s.store.Update(s.ctx, &authors, renamed), "name")
	s.holds(&authors, second)
}

// testUniqueConcurrently lets many writers on several stores fight for one value: exactly one gets it.
func testUniqueConcurrently(s *suite) {
	stores := []datastore.Store{s.store, s.open(), s.open()}
	shelf := s.insert(&shelves, datastore.Document{"name": "top"})
	for _, c := range []struct {
		e     *schema.Entity
		row   func(n int) datastore.Document
		field string
	}{
		{&authors, func(int) datastore.Document { return datastore.Document{"name": "Ada"} }, "name"},
		{&authors, func(n int) datastore.Document {
			return datastore.Document{"name": fmt.Sprint(n), "passport": "A"}
		}, "passport"},
		{&authors, func(n int) datastore.Document {
			return datastore.Document{"id": numbered(0), "name": fmt.Sprint("same id ", n)}
		}, schema.PrimaryKey},
		{&books, func(int) datastore.Document {
			return datastore.Document{"title": "t", "shelf": foreign(shelf)}
		}, schema.ColumnCacheKey},
	} {
		results := make([]error, writers)
		concurrently(writers, func(n int) {
			results[n] = stores[n%len(stores)].Insert(s.ctx, c.e, s.row(c.e, c.row(n)))
		})
		winners := 0
		for _, err := range results {
			if err == nil {
				winners++
			} else {
				s.conflict(err, c.field)
			}
		}
		if winners != 1 {
			s.Errorf("%d writers got the same %s", winners, c.field)
		}
	}

	upserted := make([]string, writers)
	concurrently(writers, func(n int) {
		row := s.row(&authors, datastore.Document{"name": "upserted", "born": int64(n)})
		id, err := stores[n%len(stores)].Upsert(s.ctx, &authors, "name", row)
		if err != nil {
			s.Errorf("upsert: %v", err)
		}
		upserted[n] = id
	})
	for _, id := range upserted {
		if id != upserted[0] {
			s.Fatalf("upserts of one name made the rows %v", upserted)
		}
	}
}

// concurrently calls fn n times at once and waits.
func concurrently(n int, fn func(i int)) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { fn(i) })
	}
	wg.Wait()
}
