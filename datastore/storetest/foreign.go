package storetest

import (
	"errors"
	"fmt"
	"slices"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// testForeign writes rows that refer to others.
func testForeign(s *suite) {
	author := s.insert(&authors, datastore.Document{"name": "Ada"})
	shelf := s.insert(&shelves, datastore.Document{"name": "top"})
	nowhere := datastore.Document{"id": numbered(9)}
	missing := func(err error, field string) {
		s.Helper()
		var parent *datastore.MissingParentError
		if !errors.As(err, &parent) || parent.Field != field {
			s.Errorf("got %v, want a missing parent in %s", err, field)
		}
	}

	for _, c := range []struct {
		members datastore.Document
		field   string
	}{
		{datastore.Document{"author": nowhere}, "author"},
		{datastore.Document{"shelf": nowhere}, "shelf"},
		{datastore.Document{"author": foreign(author), "shelf": nowhere}, "shelf"},
		{datastore.Document{"author": nowhere, "shelf": foreign(shelf)}, "author"},
	} {
		c.members["title"] = "t"
		row := s.row(&books, c.members)
		missing(s.store.Insert(s.ctx, &books, row), c.field)
		_, err := s.store.Upsert(s.ctx, &books, schema.PrimaryKey, row)
		missing(err, c.field)
		if s.read(&books, datastore.DocumentID(row)) != nil {
			s.Error("the refused row is there")
		}
	}
	loan := s.row(&loans, datastore.Document{"code": "c", "book": nowhere})
	_, err := s.store.Upsert(s.ctx, &loans, "code", loan)
	missing(err, "book")
	if s.read(&loans, datastore.DocumentID(loan)) != nil {
		s.Error("the refused upsert by a unique field left its row")
	}

	book := s.insert(&books, datastore.Document{"title": "t", "author": foreign(author), "shelf": foreign(shelf)})
	s.holds(&books, book)
	moved := schema.Clone(book)
	moved["shelf"] = nowhere
	missing(s.store.Update(s.ctx, &books, moved), "shelf")
	s.holds(&books, book)
	book["author"], book["shelf"] = nil, nil
	s.must(s.store.Update(s.ctx, &books, book))
	s.holds(&books, book)
}

// testDeletion deletes rows that others refer to.
func testDeletion(s *suite) {
	author := s.insert(&authors, datastore.Document{"name": "Ada"})
	top := s.insert(&shelves, datastore.Document{"name": "top"})
	bottom := s.insert(&shelves, datastore.Document{"name": "bottom"})
	kept := s.insert(&books, datastore.Document{"title": "kept", "author": foreign(author), "shelf": foreign(bottom)})
	gone := s.insert(&books, datastore.Document{"title": "gone", "shelf": foreign(top), "tags": []any{"x"}})
	loan := s.insert(&loans, datastore.Document{"book": foreign(gone)})
	review := s.insert(&reviews, datastore.Document{"book": foreign(gone)})

	refused := func(e *schema.Entity, row datastore.Document, child string) {
		s.Helper()
		deleted, err := s.store.Delete(s.ctx, e, datastore.DocumentID(row))
		var referenced *datastore.ReferencedError
		if deleted || !errors.As(err, &referenced) || referenced.Child != child {
			s.Errorf("deleted: %v, error: %v, want rows of %s in the way", deleted, err, child)
		}
	}
	remove := func(e *schema.Entity, row datastore.Document) {
		s.Helper()
		deleted, err := s.store.Delete(s.ctx, e, datastore.DocumentID(row))
		s.must(err)
		if !deleted {
			s.Errorf("%s was not there", e.Name)
		}
	}
	refused(&authors, author, "books")
	refused(&books, gone, "reviews")
	refused(&shelves, top, "reviews") // by way of its book
	s.holds(&shelves, top)
	s.holds(&books, gone)
	s.holds(&loans, loan)

	remove(&reviews, review)
	remove(&shelves, top)
	for e, row := range map[*schema.Entity]datastore.Document{&shelves: top, &books: gone, &loans: loan} {
		if s.read(e, datastore.DocumentID(row)) != nil {
			s.Errorf("the row of %s is still there", e.Name)
		}
	}
	if tagged, err := s.store.Tags(s.ctx, datastore.TagQuery{Size: 10}); err != nil || len(tagged.Rows) > 0 {
		s.Errorf("tags of deleted rows: %v %v", tagged.Rows, err)
	}
	s.holds(&books, kept)
	remove(&books, kept)
	remove(&authors, author)
}

// testForeignConcurrently deletes parents while children arrive: no child is left without its parent.
func testForeignConcurrently(s *suite) {
	stores := []datastore.Store{s.store, s.open()}
	for round := range 10 {
		author := s.insert(&authors, datastore.Document{"name": fmt.Sprint("author ", round)})
		shelf := s.insert(&shelves, datastore.Document{"name": fmt.Sprint("shelf ", round)})
		concurrently(writers/5, func(n int) {
			var err error
			switch store := stores[n%len(stores)]; n {
			case 4:
				_, err = store.Delete(s.ctx, &authors, datastore.DocumentID(author))
			case 5:
				_, err = store.Delete(s.ctx, &shelves, datastore.DocumentID(shelf))
			default:
				err = store.Insert(s.ctx, &books, s.row(&books, datastore.Document{
					"title": fmt.Sprint(n), "author": foreign(author), "shelf": foreign(shelf),
				}))
			}
			var missing *datastore.MissingParentError
			var referenced *datastore.ReferencedError
			if err != nil && !errors.As(err, &missing) && !errors.As(err, &referenced) {
				s.Errorf("writer %d: %v", n, err)
			}
		})
	}
	alive := map[*schema.Entity][]string{
		&authors: ids(s.pages(&authors, datastore.Query{Size: 100})),
		&shelves: ids(s.pages(&shelves, datastore.Query{Size: 100})),
	}
	for _, book := range s.pages(&books, datastore.Query{Size: 100}) {
		for e, field := range map[*schema.Entity]string{&authors: "author", &shelves: "shelf"} {
			if !slices.Contains(alive[e], datastore.ForeignID(book, field)) {
				s.Errorf("book %s has lost its %s", datastore.DocumentID(book), field)
			}
		}
	}
}
