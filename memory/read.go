package memory

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/compact"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// table returns the table of an entity as it is now.
func (s *Store) table(e *schema.Entity) (*table, error) {
	t := s.contents.Load().tables[e.Name]
	if t == nil {
		return nil, fmt.Errorf("memory: there is no table for %s", e.Name)
	}
	return t, nil
}

// Select implements datastore.Store.
func (s *Store) Select(ctx context.Context, e *schema.Entity, key datastore.Key, ws string) (datastore.Document, error) {
	if err := alive(ctx, "select from "+e.Name); err != nil {
		return nil, err
	}
	t, err := s.table(e)
	if err != nil {
		return nil, err
	}
	candidates, err := t.find(key)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	for r := range candidates {
		if !expired(r, now) && belongs(r, e, ws) {
			return t.codec.Decode(*r), nil
		}
	}
	return nil, datastore.ErrNotFound
}

// belongs reports whether a row is in a workspace; "" stands for all.
func belongs(r *compact.Row, e *schema.Entity, ws string) bool {
	return ws == "" || !e.Workspaceable || r.Workspace == ws
}

// find gives the rows that a key addresses.
func (t *table) find(key datastore.Key) (iter.Seq[*compact.Row], error) {
	if key.IsID() {
		return func(yield func(*compact.Row) bool) {
			if r := t.row(key.Value); r != nil {
				yield(r)
			}
		}, nil
	}
	x, ok := t.indexes[key.Field]
	if !ok {
		return nil, fmt.Errorf("memory: %s has no index of %s", t.entity().Name, key.Field)
	}
	return x.after(key.Value, ""), nil
}

// Page implements datastore.Store. Its tokens are the ids of last rows, which need not be there any more.
func (s *Store) Page(ctx context.Context, e *schema.Entity, q datastore.Query) (datastore.Page, error) {
	if err := alive(ctx, "page "+e.Name); err != nil {
		return datastore.Page{}, err
	}
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
	walk, err := t.walk(q, after)
	if err != nil {
		return datastore.Page{}, err
	}
	var page datastore.Page
	now := time.Now()
	last := ""
	for r := range walk {
		if expired(r, now) || !belongs(r, e, q.Workspace) || !t.tagged(r, q) {
			continue
		}
		if len(page.Rows) == q.Size {
			page.Next = datastore.EncodeOffset(last)
			break
		}
		page.Rows = append(page.Rows, t.codec.Decode(*r))
		last = r.ID
	}
	return page, nil
}

// walk gives the rows behind an id among which are those that q asks for, in the order of their ids, along the index that
// leaves out most.
func (t *table) walk(q datastore.Query, after string) (iter.Seq[*compact.Row], error) {
	tags := t.indexes[tagsField]
	switch {
	case q.Parent.Field != "":
		x, ok := t.indexes[q.Parent.Field]
		if !ok {
			return nil, fmt.Errorf("memory: %s has no index of %s", t.entity().Name, q.Parent.Field)
		}
		return x.after(q.Parent.Value, after), nil
	case len(q.Tags) == 0:
		return t.after(after), nil
	case q.AnyTag:
		return union(tags, q.Tags, after), nil
	}
	return tags.after(q.Tags[0], after), nil
}

// union gives the rows with any of several keys, in the order of their ids.
func union(x index, keys []string, after string) iter.Seq[*compact.Row] {
	return func(yield func(*compact.Row) bool) {
		var rows []*compact.Row
		for _, key := range keys {
			rows = slices.AppendSeq(rows, x.after(key, after))
		}
		slices.SortFunc(rows, func(a, b *compact.Row) int { return strings.Compare(a.ID, b.ID) })
		for _, r := range slices.Compact(rows) {
			if !yield(r) {
				return
			}
		}
	}
}

// tagged reports whether a row bears the tags that q asks for.
func (t *table) tagged(r *compact.Row, q datastore.Query) bool {
	bears := func(tag string) bool { return t.indexes[tagsField].has(tag, r) }
	if q.AnyTag {
		return len(q.Tags) == 0 || slices.ContainsFunc(q.Tags, bears)
	}
	return !slices.ContainsFunc(q.Tags, func(tag string) bool { return !bears(tag) })
}
