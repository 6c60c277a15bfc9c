package declarative

import (
	"strings"

	"github.com/kongo-gateway/kongo/datastore/compact"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// entries is an array of entries of one kind, at the top level or inside an entry.
type entries struct {
	kind *kind
	// failure says that there is no array, nil if there is.
	failure any
	list    []*entry // nil for elements that are no objects
	// missing has the positions of elements that are null.
	missing map[int]bool
}

// entry is an object that describes a row.
type entry struct {
	kind   *kind
	parent *entry // nil at the top level
	link   string // the field that refers to the parent
	index  int    // in its array, from 0
	// given is the object as it came. It is mixed if it has other members than fields, such as entries inside it.
	given map[string]any
	mixed bool
	inner []*entries

	// shadowed entries stand in an array whose name is also that of a field of the parent.
	shadowed bool
	// id identifies the row; random ids are made up anew at every load. Text that is no id is none either.
	id     string
	random bool

	// failures say what is wrong with the entry itself, nil if nothing is.
	failures schema.Errors
	// row is what stores keep of it. shown is what it looked like before transformations, where there are any; ttl are the
	// seconds it has to live.
	row, shown compact.Row
	ttl        int64
	// dangling are messages about references to entries that are not there.
	dangling []any
}

// collector finds the entries of a document.
type collector struct {
	all []*entry // those around others first
}

// array collects the elements of one array of entries.
func (c *collector) array(k *kind, parent *entry, link string, v any) *entries {
	a := &entries{kind: k}
	list, ok := v.([]any)
	if object, isObject := v.(map[string]any); isObject && len(object) == 0 {
		ok = true // a library may not know which of the two an empty collection is
	}
	if !ok {
		a.failure = "expected an array"
		return a
	}
	a.list = make([]*entry, len(list))
	block := make([]entry, len(list))
	for i := range list {
		object, ok := asObject(list[i])
		if !ok {
			if list[i] == nil {
				if a.missing == nil {
					a.missing = map[int]bool{}
				}
				a.missing[i] = true
			}
			continue
		}
		e := &block[i]
		*e = entry{kind: k, parent: parent, link: link, index: i, given: object}
		e.shadowed = parent != nil && parent.kind.entity.Field(k.entity.Name) != nil
		a.list[i] = e
		c.entry(e)
	}
	return a
}

// asObject takes an empty list for an object without members.
func asObject(v any) (map[string]any, bool) {
	switch v := v.(type) {
	case map[string]any:
		return v, true
	case []any:
		return map[string]any{}, len(v) == 0
	}
	return nil, false
}

// entry collects an entry and what stands inside it.
func (c *collector) entry(e *entry) {
	if id, given := e.given[schema.PrimaryKey]; given {
		text, _ := id.(string)
		e.id = strings.ToLower(text)
	} else if e.kind.identified() {
		e.id, e.random = e.generatedID()
	}
	c.all = append(c.all, e)
	for name := range e.given {
		e.mixed = e.mixed || e.kind.beside(name)
	}
	if !e.mixed {
		return
	}
	for _, child := range e.kind.children {
		if v := e.given[child.kind.entity.Name]; v != nil {
			e.inner = append(e.inner, c.array(child.kind, e, child.link, v))
		}
	}
}

// identified reports whether the rows of a kind have ids that can be made up.
func (k *kind) identified() bool {
	id := k.entity.Field(schema.PrimaryKey)
	return id != nil && id.UUID
}

// fields are the members of an entry that its description knows: those without the entries inside it, and without what is
// no field. They must not be changed.
func (e *entry) fields() map[string]any {
	if !e.mixed {
		return e.given
	}
	fields := make(map[string]any, len(e.given))
	for name, v := range e.given {
		if !e.kind.beside(name) {
			fields[name] = v
		}
	}
	return fields
}

// beside reports whether a member of an entry is no field of the entity.
func (k *kind) beside(name string) bool {
	return k.isChild[name] || name == schema.ColumnTTL && k.entity.TTL || name == schema.ColumnWorkspace && k.entity.Workspaceable
}
