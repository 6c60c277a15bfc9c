package declarative

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

// Broken is an entity with what is wrong with it.
type Broken struct {
	// Type is the name of the entity less a final s. ID, Name and Tags are there where they are what they should be.
	Type string `json:"entity_type"`
	ID   string `json:"entity_id,omitempty"`
	Name string `json:"entity_name,omitempty"`
	Tags []any  `json:"entity_tags,omitempty"`
	// Entity is the entry as it was sent, without those inside it.
	Entity map[string]any `json:"entity"`
	Errors []Violation    `json:"errors"`
}

// Violation is one thing that is wrong with an entity.
type Violation struct {
	// Type is "field" or "entity"; the latter stands for a check of several fields.
	Type string `json:"type"`
	// Field is the path of the field, joined by dots; positions count from 1.
	Field   string `json:"field,omitempty"`
	Message string `json:"message"`
}

// Flatten returns the broken entities, and the error that is left without them.
//
// Kong 3.9: declarative configuration, errors.
func (e *Error) Flatten() ([]Broken, *Error) {
	rest := newError(map[string]any{})
	if e.document == nil {
		rest.Fields = e.Fields
		return []Broken{}, rest
	}
	f := flattener{parser: e.document.parser, broken: []Broken{}}
	for _, name := range descending(e.Fields) {
		if left := f.section(name, e.document.given[name], e.Fields[name]); left != nil {
			rest.Fields[name] = left
		}
	}
	return f.broken, rest
}

// flattener collects broken entities.
type flattener struct {
	parser *Parser
	broken []Broken
}

// section flattens the errors of a member of the document and returns what belongs to no entity, or nil.
func (f *flattener) section(name string, given, failures any) any {
	k := f.parser.byName[name]
	list, isList := given.([]any)
	failing, ok := failures.([]any)
	if k == nil || !isList || !ok {
		return failures
	}
	var left []any
	for i, failure := range slices.Backward(failing) {
		if failure == nil {
			continue
		}
		if i < len(list) {
			if object, ok := list[i].(map[string]any); ok {
				f.entity(k, maps.Clone(object), failure)
				continue
			}
		}
		if left == nil {
			left = make([]any, i+1)
		}
		left[i] = failure
	}
	if left == nil {
		return nil
	}
	return left
}

// entity flattens the errors of an entry, which it may change. Entities inside it and those that its references spell out
// become items of their own.
func (f *flattener) entity(k *kind, entry map[string]any, failures any) {
	tree := map[string]any{}
	if text, ok := failures.(string); ok {
		tree[schema.EntityErrors] = []any{text}
	} else if members, ok := asMembers(failures); ok {
		tree = maps.Clone(members)
	}
	if len(tree) == 0 {
		return
	}
	key := keyOf(entry)
	for _, foreign := range k.foreign {
		parent, ok := entry[foreign.Name].(map[string]any)
		if !ok {
			continue
		}
		if parentKey := keyOf(parent); parentKey != nil {
			entry[foreign.Name] = parentKey
		} else {
			delete(entry, foreign.Name)
		}
		f.entity(f.parser.byName[foreign.Reference], maps.Clone(parent), tree[foreign.Name])
		delete(tree, foreign.Name)
	}
	for _, c := range k.children {
		f.children(c, entry, tree, key)
	}
	if violations := violationsIn(nil, "", tree); len(violations) > 0 {
		f.broken = append(f.broken, broken(k, entry, violations))
	}
}

// children flattens the errors of the entries of a kind inside an entry, and takes both away from it.
func (f *flattener) children(c child, entry, tree map[string]any, key any) {
	name := c.kind.entity.Name
	list, ok := entry[name].([]any)
	if !ok {
		return
	}
	delete(entry, name)
	failing, _ := tree[name].([]any)
	delete(tree, name)
	for i, failure := range failing {
		inner, ok := list[i].(map[string]any)
		if !ok {
			if failure != nil {
				tree[fmt.Sprintf("%s.%d", name, i+1)] = failure
			}
			continue
		}
		inner = maps.Clone(inner)
		if inner[c.link] == nil && key != nil {
			inner[c.link] = key
		}
		f.entity(c.kind, inner, failure)
	}
}

// keyOf is a reference to an entry that has an id, nil if it has none.
func keyOf(entry map[string]any) any {
	if id, ok := entry[schema.PrimaryKey].(string); ok && schema.IsUUID(id) {
		return map[string]any{schema.PrimaryKey: id}
	}
	return nil
}

func broken(k *kind, entry map[string]any, violations []Violation) Broken {
	b := Broken{Type: k.entity.ErrorType(), Entity: entry, Errors: violations}
	if id, ok := entry[schema.PrimaryKey].(string); ok && schema.IsUUID(id) {
		b.ID = id
	}
	b.Name, _ = entry["name"].(string)
	tags, _ := entry["tags"].([]any)
	if !slices.ContainsFunc(tags, func(tag any) bool { _, isText := tag.(string); return !isText }) {
		b.Tags = tags
	}
	return b
}

// violationsIn adds the errors in a tree, the last fields first.
func violationsIn(found []Violation, path string, tree map[string]any) []Violation {
	for _, name := range descending(tree) {
		if name == schema.EntityErrors {
			found = checksIn(found, tree[name])
			continue
		}
		found = violationsAt(found, strings.TrimPrefix(path+"."+name, "."), tree[name])
	}
	return found
}

func violationsAt(found []Violation, path string, failure any) []Violation {
	switch v := failure.(type) {
	case string:
		return append(found, Violation{Type: "field", Field: path, Message: v})
	case []any:
		for i, element := range slices.Backward(v) {
			found = violationsAt(found, fmt.Sprintf("%s.%d", path, i+1), element)
		}
	default:
		if members, ok := asMembers(failure); ok {
			found = violationsIn(found, path, members)
		}
	}
	return found
}

// checksIn adds the messages of checks of several fields.
func checksIn(found []Violation, failure any) []Violation {
	switch v := failure.(type) {
	case string:
		found = append(found, Violation{Type: "entity", Message: v})
	case []any:
		for _, element := range v {
			found = checksIn(found, element)
		}
	}
	return found
}

// descending are the names of members, the last one first: the order in which Kong lists errors.
func descending(members map[string]any) []string {
	names := slices.Sorted(maps.Keys(members))
	slices.Reverse(names)
	return names
}
