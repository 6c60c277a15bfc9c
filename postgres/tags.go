package postgres

import (
	"context"
	"fmt"
	"strconv"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// Tags implements datastore.Store. The tables' triggers keep the table that it reads. Tokens are the id of an entity and the
// place of a tag among those of the entity, in the list of all tags, and the id alone in that of one.
//
// Kong 3.9: Admin API, paging.
func (s *Store) Tags(ctx context.Context, q datastore.TagQuery) (datastore.TagPage, error) {
	id, ordinal, err := tagAfter(q.Offset)
	if err != nil {
		return datastore.TagPage{}, err
	}
	var b statement
	b.add("SELECT g.tag, t.entity_name, t.entity_id, g.ordinal FROM tags AS t, unnest(t.tags) WITH ORDINALITY AS g(tag, ordinal)" +
		" WHERE true")
	if q.Tag != "" {
		b.add(" AND t.tags @> ", []string{q.Tag})
		b.add(" AND g.tag = ", q.Tag)
	}
	if id != "" {
		b.add(" AND (t.entity_id, g.ordinal) > (", id, ordinal)
		b.add(")")
	}
	b.add(" ORDER BY t.entity_id, g.ordinal LIMIT ", q.Size+1)

	var page datastore.TagPage
	var ordinals []int64
	err = s.database.query(ctx, func(c cells) error {
		ordinal, err := strconv.ParseInt(string(c[3]), 10, 64)
		ordinals = append(ordinals, ordinal)
		page.Rows = append(page.Rows, datastore.TagRow{
			Tag: string(c[0]), EntityName: string(c[1]), EntityID: string(c[2]),
		})
		return err
	}, b.text(), b.args...)
	if err != nil {
		return datastore.TagPage{}, fmt.Errorf("postgres: tags: %w", err)
	}
	if len(page.Rows) > q.Size {
		page.Rows = page.Rows[:q.Size]
		last := page.Rows[q.Size-1].EntityID
		if q.Tag == "" {
			page.Next = datastore.EncodeOffset(last, ordinals[q.Size-1])
		} else {
			page.Next = datastore.EncodeOffset(last)
		}
	}
	return page, nil
}

// afterAllTags is greater than the place of any tag.
const afterAllTags = 1 << 53

// tagAfter is the place that a token holds: the entity and the tag after which the page begins, "" for none.
func tagAfter(token string) (id string, ordinal int64, err error) {
	if token == "" {
		return "", 0, nil
	}
	key, err := datastore.DecodeOffset(token)
	if err != nil {
		return "", 0, err
	}
	id = key[0].(string)
	if !schema.IsUUID(id) {
		return "", 0, datastore.InvalidOffset(token, "bad json encoding")
	}
	ordinal = afterAllTags
	if len(key) > 1 {
		if n, ok := key[1].(float64); ok && n >= 0 && n < afterAllTags {
			ordinal = int64(n)
		}
	}
	return id, ordinal, nil
}
