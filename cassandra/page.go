package cassandra

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"github.com/gocql/gocql"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// Page implements datastore.Store. The tokens of lists filtered by tags are those of datastore.EncodeOffset, all others are
// states of Cassandra's paging, in base64 as Kong writes them.
func (s *Store) Page(ctx context.Context, e *schema.Entity, q datastore.Query) (datastore.Page, error) {
	if e.Absent {
		return datastore.Page{}, nil
	}
	t, err := s.table(e)
	if err != nil {
		return datastore.Page{}, err
	}
	ctx = s.policy.pinning(ctx)
	var page datastore.Page
	if len(q.Tags) > 0 && q.Parent.Field == "" {
		page, err = s.pageByTags(ctx, t, q)
	} else {
		page, err = s.scan(ctx, t, q)
	}
	if err != nil && datastore.ErrorCode(err) == 0 {
		err = s.failed("page", t, err)
	}
	return page, err
}

// scan reads the rows of a table, or those with a parent, one after the other. What else the query asks for is looked at
// here, because Cassandra has one index at a time to go by.
func (s *Store) scan(ctx context.Context, t *table, q datastore.Query) (datastore.Page, error) {
	state, err := decodeState(q.Offset)
	if err != nil {
		return datastore.Page{}, err
	}
	text, values, err := t.scan(q)
	if text == "" || err != nil {
		return datastore.Page{}, err
	}
	var page datastore.Page
	scanner := t.scanner()
	for {
		state, err = s.page(ctx, s.levels.read, q.Size-len(page.Rows), state, scanner.dest, func() error {
			row, err := scanner.row()
			if err == nil && t.shows(q, row.Document) {
				page.Rows = append(page.Rows, row.Document)
			}
			return err
		}, text, values...)
		if badPagingState(err) && q.Offset != "" {
			return datastore.Page{}, datastore.InvalidOffset(q.Offset, "bad paging state")
		}
		if err != nil {
			return datastore.Page{}, err
		}
		if len(state) == 0 || len(page.Rows) == q.Size {
			page.Next = base64.StdEncoding.EncodeToString(state)
			return page, nil
		}
	}
}

// scan is the statement that reads all rows that a query may show, "" if there can be none.
func (t *table) scan(q datastore.Query) (string, []any, error) {
	if q.Parent.Field != "" {
		c, err := t.column(q.Parent.Field)
		if err != nil {
			return "", nil, err
		}
		id, err := gocql.ParseUUID(q.Parent.Value)
		if err != nil {
			return "", nil, nil
		}
		return t.selectWhere(c), []any{id}, nil
	}
	text := fmt.Sprintf("SELECT %s FROM %s", t.list, quote(t.name))
	if t.partitioned {
		text += " WHERE " + strings.TrimSuffix(t.home, " AND ")
	}
	return text, nil, nil
}

// shows reports whether a query shows a row of its parent.
func (t *table) shows(q datastore.Query, row datastore.Document) bool {
	if q.Workspace != "" && t.entity.Workspaceable && row[schema.ColumnWorkspace] != q.Workspace {
		return false
	}
	return len(q.Tags) == 0 || bears(tagsOf(row), q)
}

// bears reports whether tags are what a query asks for.
func bears(tags []string, q datastore.Query) bool {
	has := func(tag string) bool { return slices.Contains(tags, tag) }
	if q.AnyTag {
		return slices.ContainsFunc(q.Tags, has)
	}
	return !slices.ContainsFunc(q.Tags, func(tag string) bool { return !has(tag) })
}

func decodeState(token string) ([]byte, error) {
	if token == "" {
		return nil, nil
	}
	state, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(token, "="))
	if err != nil || len(state) == 0 {
		return nil, datastore.InvalidOffset(token, "bad base64 encoding")
	}
	return state, nil
}
