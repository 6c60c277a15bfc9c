package sqlite

import (
	"context"
	"database/sql"
	"strings"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// Page implements datastore.Store. Its tokens are the ids of last rows, which need not be there any more.
func (s *Store) Page(ctx context.Context, e *schema.Entity, q datastore.Query) (datastore.Page, error) {
	t, err := s.table(e)
	if err != nil {
		return datastore.Page{}, err
	}
	after := ""
	if q.Offset != "" {
		key, err := datastore.DecodeOffset(q.Offset)
		if err != nil {
			return datastore.Page{}, err
		}
		after = key[0].(string)
	}
	statement, err := t.page(q, after)
	if err != nil {
		return datastore.Page{}, s.failed("page", t, err)
	}
	var page datastore.Page
	more := false
	scanner := t.scanner()
	err = s.read.query(ctx, func(rows *sql.Rows) error {
		if len(page.Rows) == q.Size {
			more = true
			return nil
		}
		row, err := scanner.scan(rows)
		if err == nil {
			page.Rows = append(page.Rows, row)
		}
		return err
	}, statement.text(), statement.args...)
	if err != nil {
		return datastore.Page{}, s.failed("page", t, err)
	}
	if more {
		page.Next = datastore.EncodeOffset(datastore.DocumentID(page.Rows[len(page.Rows)-1]))
	}
	return page, nil
}

// statement is a statement in the making.
type statement struct {
	b    strings.Builder
	args []any
}

func (s *statement) add(text string, args ...any) {
	s.b.WriteString(text)
	s.args = append(s.args, args...)
}

func (s *statement) text() string { return s.b.String() }

// lookUp selects the row with a value in the column c, in the workspace ws or in any.
func (t *table) lookUp(c *column, value, ws string) *statement {
	var s statement
	s.add("SELECT "+t.list+" FROM "+t.quoted+" AS r WHERE r."+quote(c.name)+" = ?"+t.alive("r"), value)
	if ws != "" && t.entity.Workspaceable {
		s.add(" AND r.ws_id = ?", ws)
	}
	s.add(" ORDER BY r.id LIMIT 1")
	return &s
}

// page selects the rows that follow an id, one more than q asks for. Every form of it walks along one index that yields
// the rows in the order of their ids, and stops when it has enough: the index of the parent, that of a tag, or the table.
// The plus keeps SQLite from choosing the index of the workspace instead, which would read all rows to sort them.
func (t *table) page(q datastore.Query, after string) (*statement, error) {
	var s statement
	s.add("SELECT " + t.list + " FROM " + t.quoted + " AS r WHERE ")
	switch {
	case q.Parent.Field != "":
		c, err := t.column(q.Parent.Field)
		if err != nil {
			return nil, err
		}
		s.add("r."+quote(c.name)+" = ? AND r.id > ?", q.Parent.Value, after)
		t.narrow(&s, q)
		t.tagged(&s, q.Tags, q.AnyTag)
	case len(q.Tags) > 0:
		t.pageByTags(&s, q, after)
	default:
		s.add("r.id > ?", after)
		t.narrow(&s, q)
	}
	s.add(" ORDER BY r.id LIMIT ?", q.Size+1)
	return &s, nil
}

// pageByTags selects the ids of enough rows along the index of tags: for any of several tags, enough of each.
func (t *table) pageByTags(s *statement, q datastore.Query, after string) {
	walked, rest := q.Tags, []string(nil)
	if !q.AnyTag {
		walked, rest = q.Tags[:1], q.Tags[1:]
	}
	s.add("r.id IN (")
	for i, tag := range walked {
		if i > 0 {
			s.add(" UNION ")
		}
		s.add("SELECT id FROM (SELECT r.id AS id FROM tags AS g CROSS JOIN "+t.quoted+" AS r ON r.id = g.entity_id"+
			" WHERE g.tag = ? AND g.entity_name = ? AND g.entity_id > ?", tag, t.entity.TableName(), after)
		t.narrow(s, q)
		t.tagged(s, rest, false)
		s.add(" ORDER BY g.entity_id LIMIT ?)", q.Size+1)
	}
	s.add(")")
}

// narrow adds the conditions that no index serves.
func (t *table) narrow(s *statement, q datastore.Query) {
	if q.Workspace != "" && t.entity.Workspaceable {
		s.add(" AND +r.ws_id = ?", q.Workspace)
	}
	s.add(t.alive("r"))
}

// tagged adds the condition that r bears all or any of the tags.
func (t *table) tagged(s *statement, tags []string, any bool) {
	if len(tags) == 0 {
		return
	}
	operator := " AND "
	if any {
		operator = " OR "
	}
	s.add(" AND (")
	for i, tag := range tags {
		if i > 0 {
			s.add(operator)
		}
		s.add("EXISTS (SELECT 1 FROM tags AS h WHERE h.entity_id = r.id AND h.tag = ? AND h.entity_name = ?)",
			tag, t.entity.TableName())
	}
	s.add(")")
}
