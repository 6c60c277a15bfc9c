package storetest

import (
	"fmt"

	"github.com/kongo-gateway/kongo/datastore"
)

// testReopen closes a store and opens its storage again.
func testReopen(s *suite) {
	store, err := s.driver.Open(s.ctx, s.location, s.model)
	s.must(err)
	var rows []datastore.Document
	for n := range 20 {
		row := s.row(&authors, datastore.Document{"id": numbered(n), "name": fmt.Sprint(n), "tags": []any{"t"}})
		s.must(store.Insert(s.ctx, &authors, row))
		rows = append(rows, row)
	}
	s.must(store.Close())

	s.store = s.open()
	for _, row := range rows {
		s.holds(&authors, row)
	}
	if tags, err := s.store.Tags(s.ctx, datastore.TagQuery{Size: 100}); err != nil || len(tags.Rows) != len(rows) {
		s.Errorf("%d tags, want %d: %v", len(tags.Rows), len(rows), err)
	}
	if workspace, err := s.store.DefaultWorkspace(s.ctx); err != nil || workspace != s.workspace {
		s.Errorf("the default workspace is %s, was %s: %v", workspace, s.workspace, err)
	}
}
