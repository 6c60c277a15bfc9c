package declarative

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// references finds entries by what others may call them.
type references struct {
	byID, byKey map[*kind]map[string]*entry
	// repeated are the messages about entries that have the same key or id as one before: by kind, then by position.
	repeated map[*kind]map[int]string
}

// refer learns what the entries are called.
func (d *document) refer() references {
	r := references{
		byID: map[*kind]map[string]*entry{}, byKey: map[*kind]map[string]*entry{}, repeated: map[*kind]map[int]string{},
	}
	for _, k := range d.parser.kinds {
		r.byID[k], r.byKey[k], r.repeated[k] = map[string]*entry{}, map[string]*entry{}, map[int]string{}
	}
	for _, e := range d.all {
		if key := e.key(); key != "" {
			if r.byKey[e.kind][key] != nil {
				r.repeated[e.kind][e.index] = repeated(e, e.kind.entity.EndpointKey, key)
				continue
			}
			r.byKey[e.kind][key] = e
		}
		switch {
		case e.id == "":
		case r.byID[e.kind][e.id] != nil:
			r.repeated[e.kind][e.index] = repeated(e, "primary key", e.id)
		default:
			r.byID[e.kind][e.id] = e
		}
	}
	return r
}

// key is the value of a unique endpoint key, "" if there is none.
func (e *entry) key() string {
	f := e.kind.entity.Field(e.kind.entity.EndpointKey)
	if f == nil || !f.Unique {
		return ""
	}
	key, _ := e.given[f.Name].(string)
	return key
}

func repeated(e *entry, field, value string) string {
	return fmt.Sprintf("uniqueness violation: '%s' entity with %s set to '%s' already declared", e.kind.entity.Name, field, value)
}

// find returns the entry of a kind that a reference names, or nil.
func (r references) find(k *kind, reference any) *entry {
	switch v := reference.(type) {
	case string:
		if e := r.byKey[k][v]; e != nil {
			return e
		}
		return r.byID[k][strings.ToLower(v)]
	case map[string]any:
		id, _ := v[schema.PrimaryKey].(string)
		return r.byID[k][strings.ToLower(id)]
	}
	return nil
}

// resolve replaces what an entry says of others by their ids. The entry around it is its parent whatever it says.
func (d *document) resolve(e *entry, row datastore.Document) {
	e.dangling = nil
	for _, f := range e.kind.foreign {
		given := e.given[f.Name]
		row[f.Name] = nil
		if given != nil {
			found := d.known.find(d.parser.byName[f.Reference], given)
			if found == nil {
				e.dangling = append(e.dangling, fmt.Sprintf("invalid reference '%s: %s' (no such entry in '%s')",
					f.Name, written(given), f.Reference))
				continue
			}
			row[f.Name] = datastore.Document{schema.PrimaryKey: found.id}
		}
		if e.parent != nil && f.Name == e.link {
			row[f.Name] = datastore.Document{schema.PrimaryKey: e.parent.id}
		}
	}
}

// written is a reference inside a message.
func written(reference any) string {
	if s, ok := reference.(string); ok {
		return s
	}
	text, err := json.Marshal(reference)
	if err != nil {
		return "?" // documents always marshal
	}
	return string(text)
}

// conflicts are the errors of entries that are valid each by itself: references that dangle, values that come twice.
func (d *document) conflicts() map[string]any {
	tree := map[string]any{}
	for _, e := range d.all {
		if e.dangling != nil {
			of := membersOf(tree, e.kind)
			of[e.name()] = append(asList(of[e.name()]), e.dangling...)
		}
	}
	for k, positions := range d.known.repeated {
		if len(positions) == 0 {
			continue
		}
		if of, ok := tree[k.entity.Name].(map[string]any); ok {
			for i, message := range positions {
				of[fmt.Sprint(i+1)] = message
			}
			continue
		}
		var list []any
		for i, message := range positions {
			if len(list) <= i {
				list = append(list, make([]any, i+1-len(list))...)
			}
			list[i] = message
		}
		tree[k.entity.Name] = list
	}
	if len(tree) > 0 {
		return tree
	}
	return d.repeatedValues()
}

// repeatedValues are the errors of entries that have the same value in a unique field other than their key.
func (d *document) repeatedValues() map[string]any {
	tree := map[string]any{}
	seen := map[*schema.Field]map[string]bool{}
	for _, e := range d.all {
		entity := e.kind.entity
		for i := range entity.Fields {
			f := &entity.Fields[i]
			value, ok := e.given[f.Name].(string)
			if !ok || !f.Unique || f.Type != schema.String || f.Name == entity.EndpointKey {
				continue
			}
			if seen[f] == nil {
				seen[f] = map[string]bool{}
			}
			if seen[f][value] {
				membersOf(tree, e.kind)[e.name()] = repeated(e, f.Name, value)
			}
			seen[f][value] = true
		}
	}
	return tree
}

// name is what an entry is called in errors about its relation to others.
func (e *entry) name() string {
	if key := e.key(); key != "" {
		return key
	}
	return e.id
}

func membersOf(tree map[string]any, k *kind) map[string]any {
	of, ok := tree[k.entity.Name].(map[string]any)
	if !ok {
		of = map[string]any{}
		tree[k.entity.Name] = of
	}
	return of
}

func asList(v any) []any {
	list, _ := v.([]any)
	return list
}
