package cassandra

import (
	"context"
	"encoding/base64"
	"fmt"

	"github.com/kongo-gateway/kongo/datastore"
)

// Tags implements datastore.Store.
func (s *Store) Tags(ctx context.Context, q datastore.TagQuery) (datastore.TagPage, error) {
	state, err := decodeState(q.Offset)
	if err != nil {
		return datastore.TagPage{}, err
	}
	text := "SELECT tag, entity_name, entity_id FROM tags"
	var values []any
	if q.Tag != "" {
		text += " WHERE tag = ?"
		values = append(values, q.Tag)
	}
	var page datastore.TagPage
	var row datastore.TagRow
	state, err = s.page(ctx, s.levels.read, q.Size, state, []any{&row.Tag, &row.EntityName, &row.EntityID}, func() error {
		page.Rows = append(page.Rows, row)
		return nil
	}, text, values...)
	switch {
	case badPagingState(err) && q.Offset != "":
		return datastore.TagPage{}, datastore.InvalidOffset(q.Offset, "bad paging state")
	case err != nil:
		return datastore.TagPage{}, fmt.Errorf("cassandra: tags: %w", err)
	}
	if len(page.Rows) > 0 {
		page.Next = base64.StdEncoding.EncodeToString(state)
	}
	return page, nil
}
