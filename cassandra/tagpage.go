package cassandra

import (
	"context"
	"slices"

	"github.com/gocql/gocql"
	"golang.org/x/sync/errgroup"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// together is how many rows are asked for at a time.
const together = 16

// pageByTags reads the rows that bear tags, in the order of their ids: those of one tag lie in that order in the table of
// tags, each with all tags of its row. A token is the id of the last row.
func (s *Store) pageByTags(ctx context.Context, t *table, q datastore.Query) (datastore.Page, error) {
	position := ""
	if q.Offset != "" {
		key, err := datastore.DecodeOffset(q.Offset)
		if err != nil {
			return datastore.Page{}, err
		}
		position = key[0].(string)
	}
	var page datastore.Page
	for {
		ids, end, err := s.tagged(ctx, t, q, position)
		if err != nil {
			return datastore.Page{}, err
		}
		rows, err := s.rows(ctx, t, ids)
		if err != nil {
			return datastore.Page{}, err
		}
		for _, row := range rows {
			if row == nil || !t.shows(q, row) {
				continue // the tags have changed in the meantime
			}
			if len(page.Rows) == q.Size {
				page.Next = datastore.EncodeOffset(datastore.DocumentID(page.Rows[q.Size-1]))
				return page, nil
			}
			page.Rows = append(page.Rows, row)
		}
		if end {
			return page, nil
		}
		position = ids[len(ids)-1]
	}
}

// tagged lists ids behind a position, and whether there are no more. The list is not empty unless there are none.
func (s *Store) tagged(ctx context.Context, t *table, q datastore.Query, position string) ([]string, bool, error) {
	walked := q.Tags
	if !q.AnyTag {
		walked = q.Tags[:1]
	}
	size := q.Size + 1
	var ids []string
	bound := ""
	for _, tag := range walked {
		var id string
		var all []string
		n := 0
		err := s.each(ctx, s.levels.read, []any{&id, &all}, func() error {
			n++
			ids = append(ids, id)
			return nil
		}, "SELECT entity_id, other_tags FROM tags WHERE tag = ? AND entity_name = ? AND entity_id > ? LIMIT ?",
			tag, kongTable(t.entity), position, size)
		if err != nil {
			return nil, false, err
		}
		if n == size && (bound == "" || id < bound) {
			bound = id // behind it, others may be missing
		}
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	if bound == "" {
		return ids, true, nil
	}
	end := slices.IndexFunc(ids, func(id string) bool { return id > bound })
	if end >= 0 {
		ids = ids[:end]
	}
	return ids, false, nil
}

// rows reads the rows with some ids, nil for those that are not there.
func (s *Store) rows(ctx context.Context, t *table, ids []string) ([]datastore.Document, error) {
	c, err := t.column(schema.PrimaryKey)
	if err != nil {
		return nil, err
	}
	rows := make([]datastore.Document, len(ids))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(together)
	for i, id := range ids {
		uuid, err := gocql.ParseUUID(id)
		if err != nil {
			continue // nobody's row
		}
		group.Go(func() error {
			row, err := s.find(ctx, t, c, s.levels.read, uuid, "")
			if row != nil {
				rows[i] = row.Document
			}
			return err
		})
	}
	return rows, group.Wait()
}
