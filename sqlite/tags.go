package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/kongo-gateway/kongo/datastore"
)

// Tags implements datastore.Store. Its tokens are ["id", ordinal] in the list of all tags and ["id"] in that of one, as
// Kong's are; the latter gets an ordinal only where a page ends between entities of different kinds with the same id.
func (s *Store) Tags(ctx context.Context, q datastore.TagQuery) (datastore.TagPage, error) {
	id, ordinal, err := tagOffset(q.Offset)
	if err != nil {
		return datastore.TagPage{}, err
	}
	statement := tagsAfter(q, id, ordinal)
	var page datastore.TagPage
	var last, next tagPosition
	err = s.read.query(ctx, func(rows *sql.Rows) error {
		var row datastore.TagRow
		last = next
		if err := rows.Scan(&row.Tag, &row.EntityName, &row.EntityID, &next.ordinal); err != nil {
			return err
		}
		next.id = row.EntityID
		page.Rows = append(page.Rows, row)
		return nil
	}, statement.text(), statement.args...)
	if err != nil {
		return datastore.TagPage{}, fmt.Errorf("sqlite: tags: %w", err)
	}
	if len(page.Rows) > q.Size {
		page.Rows = page.Rows[:q.Size]
		page.Next = last.offset(q.Tag == "" || last.id == next.id)
	}
	return page, nil
}

// tagsAfter selects the tags behind a position, one more than q asks for.
func tagsAfter(q datastore.TagQuery, id string, ordinal int64) *statement {
	var s statement
	s.add("SELECT tag, entity_name, entity_id, ordinal FROM tags WHERE (entity_id, ordinal) > (?, ?)", id, ordinal)
	if q.Tag != "" {
		s.add(" AND tag = ?", q.Tag)
	}
	s.add(" ORDER BY entity_id, ordinal LIMIT ?", q.Size+1)
	return &s
}

// tagPosition is a place in the order of tags.
type tagPosition struct {
	id      string
	ordinal int64
}

func (p tagPosition) offset(withOrdinal bool) string {
	if withOrdinal {
		return datastore.EncodeOffset(p.id, p.ordinal)
	}
	return datastore.EncodeOffset(p.id)
}

// afterAllTags is greater than the ordinal of any tag.
const afterAllTags = 1 << 53

// tagOffset reads a token: the entity and the ordinal after which the page begins.
func tagOffset(token string) (id string, ordinal int64, err error) {
	if token == "" {
		return "", 0, nil
	}
	key, err := datastore.DecodeOffset(token)
	if err != nil {
		return "", 0, err
	}
	ordinal = afterAllTags
	if len(key) > 1 {
		if n, ok := key[1].(float64); ok && n < afterAllTags {
			ordinal = int64(n)
		}
	}
	return key[0].(string), ordinal, nil
}
