package memory

import (
	"slices"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/compact"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// refuse says why row, encoded as r, can't take the place of old, which is nil for a new row.
func (c *contents) refuse(t *table, row datastore.Document, r, old *compact.Row) error {
	e := t.entity()
	for i := range e.Fields {
		if f := &e.Fields[i]; f.NotNull && row[f.Name] == nil {
			return &datastore.NullError{Field: f.Name}
		}
	}
	if field := t.conflict(r, old); field != "" {
		return &datastore.ConflictError{Field: field}
	}
	for i := range e.Fields {
		f := &e.Fields[i]
		if id := datastore.ForeignID(row, f.Name); id != "" && f.Type == schema.Foreign && c.tables[f.Reference].row(id) == nil {
			return &datastore.MissingParentError{Field: f.Name}
		}
	}
	return nil
}

// conflict names the first field in which another row than old equals r, "" if there is none.
func (t *table) conflict(r, old *compact.Row) string {
	e := t.entity()
	if other := t.row(r.ID); other != nil && other != old {
		return schema.PrimaryKey
	}
	taken := func(field, key, ws string) bool {
		for other := range t.indexes[field].after(key, "") {
			if other != old && belongs(other, e, ws) {
				return true
			}
		}
		return false
	}
	sameKey := r.CacheKey != "" && taken(schema.ColumnCacheKey, r.CacheKey, "")
	if sameKey && e.CacheKeyFirst {
		return schema.ColumnCacheKey
	}
	field := ""
	for name, key := range t.keys(r) {
		f := e.Field(name)
		if f == nil || !f.Unique || field != "" {
			continue
		}
		ws := r.Workspace
		if f.UniqueAcrossWorkspaces {
			ws = ""
		}
		if taken(name, key, ws) {
			field = name
		}
	}
	if field == "" && sameKey {
		return schema.ColumnCacheKey
	}
	return field
}

// deletion is the rows that go together.
type deletion struct {
	model    *schema.Model
	contents *contents
	gone     map[*table][]*compact.Row
}

// add adds a row, and what goes with it by a cascading foreign key.
func (d *deletion) add(t *table, r *compact.Row) {
	if slices.Contains(d.gone[t], r) {
		return
	}
	d.gone[t] = append(d.gone[t], r)
	for child, rows := range d.children(t, r) {
		if child.Field.OnDelete == schema.Cascade {
			for _, row := range rows {
				d.add(d.contents.tables[child.Entity.Name], row)
			}
		}
	}
}

// children are the rows that refer to a row, by foreign field.
func (d *deletion) children(t *table, r *compact.Row) map[schema.Reference][]*compact.Row {
	children := map[schema.Reference][]*compact.Row{}
	for _, child := range d.model.Children(t.entity().Name) {
		x := d.contents.tables[child.Entity.Name].indexes[child.Field.Name]
		children[child] = slices.Collect(x.after(r.ID, ""))
	}
	return children
}

// refuse fails if a row that stays refers to one that would go.
func (d *deletion) refuse() error {
	for t, rows := range d.gone {
		for _, r := range rows {
			for child, referring := range d.children(t, r) {
				gone := d.gone[d.contents.tables[child.Entity.Name]]
				for _, row := range referring {
					if !slices.Contains(gone, row) {
						return &datastore.ReferencedError{Child: child.Entity.Name}
					}
				}
			}
		}
	}
	return nil
}
