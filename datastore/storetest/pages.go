package storetest

import (
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// pages reads all pages of a query and returns their rows.
func (s *suite) pages(e *schema.Entity, q datastore.Query) []datastore.Document {
	s.Helper()
	var rows []datastore.Document
	for range 10000 {
		page, err := s.store.Page(s.ctx, e, q)
		s.must(err)
		if len(page.Rows) > q.Size {
			s.Fatalf("a page of %d rows, asked for %d", len(page.Rows), q.Size)
		}
		rows = append(rows, page.Rows...)
		if page.Next == "" {
			return rows
		}
		q.Offset = page.Next
	}
	s.Fatal("the pages do not end")
	return nil
}

// sameIDs fails the test unless both lists name the same rows, each once.
func (s *suite) sameIDs(what string, got, want []string) {
	s.Helper()
	got, want = slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))
	if !slices.Equal(got, want) {
		s.Errorf("%s: got the rows %v, want %v", what, got, want)
	}
}

// testPages reads pages of several sizes, also while rows come and go.
func testPages(s *suite) {
	var want []string
	for n := range 25 {
		row := s.insert(&authors, datastore.Document{"id": numbered(n), "name": fmt.Sprint(n)})
		want = append(want, datastore.DocumentID(row))
	}
	order := ids(s.pages(&authors, datastore.Query{Size: 100}))
	s.sameIDs("one page", order, want)
	for _, size := range []int{1, 2, 7, 24, 25, 26} {
		if got := ids(s.pages(&authors, datastore.Query{Size: size})); !slices.Equal(got, order) {
			s.Errorf("pages of %d: got %v, want %v", size, got, order)
		}
	}

	// The last row of a page goes and others come before the next page is read.
	first, err := s.store.Page(s.ctx, &authors, datastore.Query{Size: 5})
	s.must(err)
	last := datastore.DocumentID(first.Rows[len(first.Rows)-1])
	if _, err := s.store.Delete(s.ctx, &authors, last); err != nil {
		s.Fatal(err)
	}
	added := make(map[string]bool)
	for n := range 25 {
		row := s.insert(&authors, datastore.Document{"id": numbered(100 + n), "name": fmt.Sprint("new ", n)})
		added[datastore.DocumentID(row)] = true
	}
	var rest []string
	for _, id := range ids(s.pages(&authors, datastore.Query{Size: 5, Offset: first.Next})) {
		if !added[id] {
			rest = append(rest, id)
		}
	}
	s.sameIDs("the pages behind a deleted row", rest, order[5:])

	page, err := s.store.Page(s.ctx, &reviews, datastore.Query{Size: 5})
	if err != nil || len(page.Rows) > 0 || page.Next != "" {
		s.Errorf("page of nothing: %v %v", page, err)
	}
	_, err = s.store.Page(s.ctx, &authors, datastore.Query{Size: 5, Offset: "!!"})
	if datastore.ErrorCode(err) != datastore.CodeInvalidOffset {
		s.Errorf("page behind a bad token: %v", err)
	}
}

// testFilteredPages compares the pages of every combination of filters with what they should hold.
func testFilteredPages(s *suite) {
	other := s.otherWorkspace()
	var writers, places []datastore.Document
	for n := range 3 {
		writers = append(writers, s.insert(&authors, datastore.Document{"name": fmt.Sprint(n), "tags": []any{"red"}}))
		places = append(places, s.insert(&shelves, datastore.Document{"name": fmt.Sprint(n)}))
	}
	tags := []any{nil, []any{"red"}, []any{"blue"}, []any{"red", "blue"}, []any{"green", "red"}}
	var all []datastore.Document
	for n := range 60 {
		members := datastore.Document{
			"id": numbered(n), "title": fmt.Sprint(n), "author": foreign(writers[n%3]), "shelf": foreign(places[n/3%3]),
			"tags": tags[n%len(tags)],
		}
		if n%7 == 0 {
			members[schema.ColumnWorkspace] = other
		}
		all = append(all, s.insert(&books, members))
	}
	parents := []datastore.Key{
		{}, {Field: "author", Value: datastore.DocumentID(writers[1])}, {Field: "shelf", Value: datastore.DocumentID(places[2])},
		{Field: "author", Value: numbered(99)},
	}
	tagFilters := [][]string{nil, {"red"}, {"red", "blue"}, {"blue", "red", "green"}, {"none", "blue"}, {"none"}}
	for _, parent := range parents {
		for _, workspace := range []string{"", s.workspace, other} {
			for _, filter := range tagFilters {
				for _, anyTag := range []bool{false, true} {
					q := datastore.Query{Workspace: workspace, Parent: parent, Tags: filter, AnyTag: anyTag}
					var want []string
					for _, row := range all {
						if matches(row, q) {
							want = append(want, datastore.DocumentID(row))
						}
					}
					for _, q.Size = range []int{3, 100} {
						s.sameIDs(fmt.Sprintf("%+v", q), ids(s.pages(&books, q)), want)
					}
				}
			}
		}
	}
}

// matches reports whether a query shows a row.
func matches(row datastore.Document, q datastore.Query) bool {
	if q.Workspace != "" && row[schema.ColumnWorkspace] != q.Workspace {
		return false
	}
	if q.Parent.Field != "" && datastore.ForeignID(row, q.Parent.Field) != q.Parent.Value {
		return false
	}
	tags, _ := row["tags"].([]any)
	borne := 0
	for _, tag := range q.Tags {
		if slices.Contains(tags, any(tag)) {
			borne++
		}
	}
	return len(q.Tags) == 0 || borne == len(q.Tags) || q.AnyTag && borne > 0
}

// testPagesConcurrently pages through rows while others come and go.
func testPagesConcurrently(s *suite) {
	steady := make(map[string]bool)
	for n := range 60 {
		row := s.insert(&authors, datastore.Document{"id": numbered(n), "name": fmt.Sprint(n), "tags": []any{"t"}})
		steady[datastore.DocumentID(row)] = true
	}
	var done atomic.Bool
	concurrently(3, func(worker int) {
		if worker == 0 {
			defer done.Store(true)
			for range 10 {
				for _, q := range []datastore.Query{
					{Size: 7}, {Size: 7, Tags: []string{"t"}}, {Size: 7, Tags: []string{"t", "u"}, AnyTag: true},
				} {
					s.pageOnce(&authors, q, steady)
				}
			}
			return
		}
		for n := 0; !done.Load(); n++ {
			id := numbered(1000*worker + n%100)
			row := s.row(&authors, datastore.Document{
				"id": id, "name": fmt.Sprint(worker, " ", n), "tags": []any{"t", "u"},
			})
			if err := s.store.Insert(s.ctx, &authors, row); err != nil {
				s.Errorf("insert: %v", err)
				return
			}
			if _, err := s.store.Delete(s.ctx, &authors, id); err != nil {
				s.Errorf("delete: %v", err)
				return
			}
		}
	})
}

// pageOnce pages through a query and fails the test unless it shows every steady row exactly once and no other row twice.
// It may be called outside of the test's own goroutine.
func (s *suite) pageOnce(e *schema.Entity, q datastore.Query, steady map[string]bool) {
	shown := make(map[string]bool)
	for {
		page, err := s.store.Page(s.ctx, e, q)
		if err != nil {
			s.Errorf("page: %v", err)
			return
		}
		for _, id := range ids(page.Rows) {
			if shown[id] {
				s.Errorf("row %s is shown twice", id)
			}
			shown[id] = true
		}
		if q.Offset = page.Next; q.Offset == "" {
			break
		}
	}
	for id := range steady {
		if !shown[id] {
			s.Errorf("row %s is not shown", id)
		}
	}
}
