package memory

import (
	"cmp"
	"iter"
	"slices"
	"sort"
	"strings"

	"github.com/kongo-gateway/kongo/datastore/compact"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// table is the rows of one entity. It never changes.
type table struct {
	codec *compact.Codec
	rows  []*compact.Row // by id
	// indexes are by the name of a field, those of cache keys by schema.ColumnCacheKey.
	indexes map[string]index
}

// index finds rows by a value. Entries are in the order of their keys, those of one key in the order of the rows' ids.
type index []entry

type entry struct {
	key string
	row *compact.Row
}

// newTable returns a table of rows, which it sorts.
func newTable(codec *compact.Codec, rows []compact.Row) *table {
	slices.SortFunc(rows, func(a, b compact.Row) int { return strings.Compare(a.ID, b.ID) })
	t := &table{codec: codec, rows: make([]*compact.Row, len(rows)), indexes: make(map[string]index)}
	for name := range t.indexed() {
		t.indexes[name] = make(index, 0, len(rows))
	}
	for i := range rows {
		t.rows[i] = &rows[i]
		for field, key := range t.keys(&rows[i]) {
			t.indexes[field] = append(t.indexes[field], entry{key, &rows[i]})
		}
	}
	for _, x := range t.indexes {
		slices.SortFunc(x, compareEntries)
	}
	return t
}

func compareEntries(a, b entry) int {
	return cmp.Or(strings.Compare(a.key, b.key), strings.Compare(a.row.ID, b.row.ID))
}

func (t *table) entity() *schema.Entity { return t.codec.Entity() }

// indexed lists what rows can be looked up by.
func (t *table) indexed() iter.Seq[string] {
	return func(yield func(string) bool) {
		e := t.entity()
		for i := range e.Fields {
			f := &e.Fields[i]
			if f.Transient || f.Name == schema.PrimaryKey {
				continue
			}
			if (f.Unique || f.Name == e.EndpointKey || f.Name == tagsField || f.Type == schema.Foreign) && !yield(f.Name) {
				return
			}
		}
		if e.CompositeCacheKey() {
			yield(schema.ColumnCacheKey)
		}
	}
}

const tagsField = "tags"

// keys gives the names of indexes and the keys under which a row stands in them.
func (t *table) keys(r *compact.Row) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		more := true
		t.codec.Texts(*r, func(field, value string) {
			if _, ok := t.indexes[field]; ok && more {
				more = yield(field, value)
			}
		})
		if r.CacheKey != "" && more {
			yield(schema.ColumnCacheKey, r.CacheKey)
		}
	}
}

// at is the position of the first row whose id is not before id.
func (t *table) at(id string) int {
	return sort.Search(len(t.rows), func(i int) bool { return t.rows[i].ID >= id })
}

// row returns the row with an id, or nil.
func (t *table) row(id string) *compact.Row {
	if i := t.at(id); i < len(t.rows) && t.rows[i].ID == id {
		return t.rows[i]
	}
	return nil
}

// after gives the rows behind an id, in order.
func (t *table) after(id string) iter.Seq[*compact.Row] {
	return func(yield func(*compact.Row) bool) {
		for _, r := range t.rows[t.at(id):] {
			if r.ID != id && !yield(r) {
				return
			}
		}
	}
}

// after gives the rows with a key whose ids are behind id, in order.
func (x index) after(key, id string) iter.Seq[*compact.Row] {
	return func(yield func(*compact.Row) bool) {
		from := sort.Search(len(x), func(i int) bool {
			return x[i].key > key || x[i].key == key && x[i].row.ID > id
		})
		for _, e := range x[from:] {
			if e.key != key || !yield(e.row) {
				return
			}
		}
	}
}

// has reports whether a row stands in the index under a key.
func (x index) has(key string, r *compact.Row) bool {
	_, found := slices.BinarySearchFunc(x, entry{key, r}, compareEntries)
	return found
}

// with returns a table in which some rows are gone and then others are there.
func (t *table) with(gone, added []*compact.Row) *table {
	changed := &table{codec: t.codec, rows: slices.Clone(t.rows), indexes: make(map[string]index, len(t.indexes))}
	for field, x := range t.indexes {
		changed.indexes[field] = slices.Clone(x)
	}
	for _, r := range gone {
		changed.rows = slices.Delete(changed.rows, changed.at(r.ID), changed.at(r.ID)+1)
		for field, key := range t.keys(r) {
			x := changed.indexes[field]
			if at, found := slices.BinarySearchFunc(x, entry{key, r}, compareEntries); found {
				changed.indexes[field] = slices.Delete(x, at, at+1)
			}
		}
	}
	for _, r := range added {
		changed.rows = slices.Insert(changed.rows, changed.at(r.ID), r)
		for field, key := range t.keys(r) {
			x := changed.indexes[field]
			at, _ := slices.BinarySearchFunc(x, entry{key, r}, compareEntries)
			changed.indexes[field] = slices.Insert(x, at, entry{key, r})
		}
	}
	return changed
}
