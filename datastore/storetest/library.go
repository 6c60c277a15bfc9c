package storetest

import (
	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// library is what the store should hold, in maps.
type library map[*schema.Entity]map[string]datastore.Document

// problems lists everything that stands in the way of writing a row in the place of the row self.
func (l library) problems(e *schema.Entity, row datastore.Document, self string) []string {
	var problems []string
	if self == "" && l[e][datastore.DocumentID(row)] != nil {
		problems = append(problems, "conflict in id")
	}
	for id, other := range l[e] {
		for _, field := range []string{"name", "passport", schema.ColumnCacheKey} {
			if id != self && row[field] != nil && row[field] == other[field] {
				problems = append(problems, "conflict in "+field)
			}
		}
	}
	for field, parent := range map[string]*schema.Entity{"author": &authors, "shelf": &shelves} {
		if id := datastore.ForeignID(row, field); id != "" && l[parent][id] == nil {
			problems = append(problems, "missing "+field)
		}
	}
	return problems
}

func (l library) put(e *schema.Entity, row datastore.Document, problems []string) {
	if len(problems) == 0 {
		l[e][datastore.DocumentID(row)] = row
	}
}

func (l library) remove(e *schema.Entity, id string) {
	delete(l[e], id)
	if e == &shelves {
		for book, row := range l[&books] {
			if datastore.ForeignID(row, "shelf") == id {
				delete(l[&books], book)
			}
		}
	}
}

func (l library) any(e *schema.Entity, field, parent string) bool {
	for _, row := range l[e] {
		if datastore.ForeignID(row, field) == parent {
			return true
		}
	}
	return false
}

func (l library) named(e *schema.Entity, name any) string {
	for id, row := range l[e] {
		if row["name"] == name {
			return id
		}
	}
	return ""
}
