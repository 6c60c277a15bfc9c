package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// Page implements datastore.Store. Rows follow their ids, and tokens are the ids of last rows, which need not be there any
// more.
//
// Kong 3.9: Admin API, paging.
func (s *Store) Page(ctx context.Context, e *schema.Entity, q datastore.Query) (datastore.Page, error) {
	after, err := pageAfter(q.Offset)
	if err != nil {
		return datastore.Page{}, err
	}
	t := s.tables[e.Name]
	if t == nil || q.Parent.Field != "" && t.column(q.Parent.Field) == nil {
		return datastore.Page{}, nil
	}
	statement := t.page(q, after)
	var page datastore.Page
	more := false
	err = s.database.query(ctx, func(c cells) error {
		if len(page.Rows) == q.Size {
			more = true
			return nil
		}
		row, err := t.document(c)
		page.Rows = append(page.Rows, row)
		return err
	}, statement.text(), statement.args...)
	if err != nil {
		return datastore.Page{}, failed("page", t, err)
	}
	if more {
		page.Next = datastore.EncodeOffset(datastore.DocumentID(page.Rows[q.Size-1]))
	}
	return page, nil
}

// pageAfter is the id that a token holds, "" for none.
func pageAfter(token string) (string, error) {
	if token == "" {
		return "", nil
	}
	key, err := datastore.DecodeOffset(token)
	if err != nil {
		return "", err
	}
	id := key[0].(string)
	if !schema.IsUUID(id) {
		return "", datastore.InvalidOffset(token, "bad json encoding")
	}
	return id, nil
}

// page selects the rows that follow an id, one more than q asks for.
func (t *table) page(q datastore.Query, after string) *statement {
	var s statement
	s.add("SELECT " + t.list + " FROM " + t.quoted + " AS r WHERE true" + t.alive())
	if after != "" {
		s.add(" AND r.id > ", after)
	}
	if q.Parent.Field != "" {
		s.add(" AND r."+quote(t.column(q.Parent.Field).name)+" = ", q.Parent.Value)
	}
	if q.Workspace != "" && t.entity.Workspaceable {
		s.add(" AND r.ws_id = ", q.Workspace)
	}
	switch {
	case len(q.Tags) == 0:
	case q.AnyTag:
		s.add(" AND r.tags && ", q.Tags)
	default:
		s.add(" AND r.tags @> ", q.Tags)
	}
	s.add(" ORDER BY r.id LIMIT ", q.Size+1)
	return &s
}

// statement is a statement in the making.
type statement struct {
	b    strings.Builder
	args []any
}

// add appends text, and behind it parameters with their values, with commas between them.
func (s *statement) add(text string, args ...any) {
	s.b.WriteString(text)
	for i, arg := range args {
		if i > 0 {
			s.b.WriteString(", ")
		}
		s.args = append(s.args, arg)
		fmt.Fprintf(&s.b, "$%d", len(s.args))
	}
}

func (s *statement) text() string { return s.b.String() }
