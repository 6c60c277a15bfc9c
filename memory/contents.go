package memory

import (
	"maps"
	"time"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/compact"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// contents is everything that a store holds at one moment. It never changes.
type contents struct {
	tables map[string]*table // by name of the entity
}

// newContents puts rows into tables, and the default workspace beside them.
func newContents(model *schema.Model, all []Rows) *contents {
	c := &contents{tables: make(map[string]*table)}
	given := make(map[string][]compact.Row, len(all))
	for _, rows := range all {
		if rows.Entity.Name != workspaces {
			given[rows.Entity.Name] = rows.Rows
		}
	}
	for _, e := range model.Entities() {
		if e.Internal {
			continue
		}
		codec := compact.NewCodec(e)
		rows := given[e.Name]
		if e.Name == workspaces {
			rows = []compact.Row{defaultWorkspaceRow(codec)}
		}
		c.tables[e.Name] = newTable(codec, rows)
	}
	return c
}

func defaultWorkspaceRow(codec *compact.Codec) compact.Row {
	row, _ := codec.Entity().Prepare(datastore.Document{schema.PrimaryKey: DefaultWorkspace, "name": "default"},
		schema.Insert, time.Now()) // there are no shorthands that could fail
	return codec.Encode(row)
}

// with returns contents in which some tables are replaced.
func (c *contents) with(tables ...*table) *contents {
	changed := &contents{tables: maps.Clone(c.tables)}
	for _, t := range tables {
		changed.tables[t.entity().Name] = t
	}
	return changed
}
