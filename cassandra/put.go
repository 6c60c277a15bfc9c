package cassandra

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/gocql/gocql"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// statement is one statement of a batch.
type statement struct {
	text   string
	values []any
}

// batchLimit is the size in bytes up to which servers take a batch without complaint, less what surrounds it: they refuse
// those above 50 KiB.
const batchLimit = 40 << 10

// put writes a row in the place of an old one, nil if there is none, together with its tags, and returns the time of the
// write. What has expired already is not written.
func (s *Store) put(ctx context.Context, t *table, row datastore.Document, old *stored) (int64, error) {
	written := after(old)
	ttl, expired := remaining(t, row)
	if expired {
		if old == nil {
			return written, nil
		}
		return written, s.drop(ctx, []doomed{{t, *old}})
	}
	absent := any(gocql.UnsetValue)
	if old != nil {
		absent = nil
	}
	values, err := t.values(row, absent)
	if err != nil {
		return 0, err
	}
	using := ""
	if ttl > 0 {
		using = " USING TTL ?"
		values = append(values, ttl)
	}
	statements := []statement{{t.insert + using, values}}
	var before datastore.Document
	if old != nil {
		before = old.Document
	}
	tags := tagStatements(t, before, row, ttl)
	if len(tags) > 0 && weight(values) > batchLimit {
		if err := s.batch(ctx, written, statements); err != nil {
			return 0, err
		}
		return written, s.batch(ctx, written, tags)
	}
	return written, s.batch(ctx, written, append(statements, tags...))
}

func (w *write) put(row datastore.Document, old *stored) (int64, error) {
	return w.Store.put(w.ctx, w.table, row, old)
}

// after is a time for a write that is to prevail over an old row, whatever the clock of the one who wrote that.
func after(old *stored) int64 {
	if old == nil {
		return now()
	}
	return max(now(), old.written+1)
}

// remaining is the time that a row has to live, in seconds, 0 for ever, and whether it is over.
func remaining(t *table, row datastore.Document) (int, bool) {
	expiry, ok := row[schema.ColumnTTL].(int64)
	if !ok || !t.entity.TTL {
		return 0, false
	}
	left := time.Until(time.Unix(expiry, 0))
	return seconds(left), left <= 0
}

// weight is about the size of values.
func weight(values []any) int {
	n := 0
	for _, v := range values {
		switch v := v.(type) {
		case string:
			n += len(v)
		case []string:
			for _, text := range v {
				n += len(text)
			}
		case map[string][]string:
			for k, texts := range v {
				n += len(k)
				for _, text := range texts {
					n += len(text)
				}
			}
		}
	}
	return n
}

// batch runs statements that write, all or none, as if at a time.
func (s *Store) batch(ctx context.Context, written int64, statements []statement) error {
	if len(statements) == 1 {
		q := s.query(ctx, s.levels.write, statements[0].text, statements[0].values...)
		return explain(ctx, s.levels.write, q.WithTimestamp(written).Exec())
	}
	batch := s.session.NewBatch(gocql.LoggedBatch).WithContext(ctx).WithTimestamp(written).RetryPolicy(retries)
	batch.SetConsistency(s.levels.write)
	for _, statement := range statements {
		batch.Entries = append(batch.Entries, gocql.BatchEntry{
			Stmt: statement.text, Args: statement.values, Idempotent: true,
		})
	}
	return explain(ctx, s.levels.write, s.session.ExecuteBatch(batch))
}

// tagStatements keep the table of tags up to date when a row replaces another, either of which may be nil. Every tag of an
// entity knows all of them.
//
// Kong 2.8: Cassandra, tags.
func tagStatements(t *table, old, row datastore.Document, ttl int) []statement {
	if !t.entity.HasTags() {
		return nil
	}
	before, after := tagsOf(old), tagsOf(row)
	id := datastore.DocumentID(row)
	if row == nil {
		id = datastore.DocumentID(old)
	}
	var statements []statement
	for _, tag := range before {
		if !slices.Contains(after, tag) {
			statements = append(statements, statement{
				"DELETE FROM tags WHERE tag = ? AND entity_name = ? AND entity_id = ?", []any{tag, kongTable(t.entity), id},
			})
		}
	}
	if slices.Equal(before, after) && ttl == 0 {
		return statements
	}
	for _, tag := range after {
		add := statement{
			"INSERT INTO tags (tag, entity_name, entity_id, other_tags) VALUES (?, ?, ?, ?)", []any{tag, kongTable(t.entity), id, after},
		}
		if ttl > 0 {
			add.text += fmt.Sprintf(" USING TTL %d", ttl)
		}
		statements = append(statements, add)
	}
	return statements
}

// tagsOf lists the tags of a row in alphabetical order, each once.
func tagsOf(row datastore.Document) []string {
	list, _ := row["tags"].([]any)
	var tags []string
	for _, tag := range list {
		if text, ok := tag.(string); ok {
			tags = append(tags, text)
		}
	}
	slices.Sort(tags)
	return slices.Compact(tags)
}
