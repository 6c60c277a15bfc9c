package declarative

import (
	"maps"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// secondLook validates everything again with references resolved, because a check may need them. It returns what is wrong
// then, along with what was refused for not being null the first time; nothing if the document is all right after all, and
// then its entries have their rows.
//
// Kong 3.9: declarative configuration, nesting and references.
func (d *document) secondLook(first map[string]any) map[string]any {
	failures := make(map[*entry]schema.Errors)
	for _, e := range d.all {
		if _, found := e.validate(e.kind.resolved, d.filledIn(e), d.now); found != nil {
			failures[e] = found
		}
	}
	if tree := d.errors(func(e *entry) schema.Errors { return failures[e] }); len(tree) > 0 {
		overlay(tree, nullsOnly(first))
		return tree
	}
	for _, e := range d.all {
		if e.failures != nil {
			row, _ := e.kind.resolved.Prepare(d.filledIn(e), schema.Insert, d.now)
			e.failures = nil
			d.finish(e, row)
		}
	}
	return d.errors((*entry).own)
}

// filledIn are the fields of an entry with ids in the place of names.
func (d *document) filledIn(e *entry) map[string]any {
	fields := maps.Clone(e.fields())
	if e.kind.identified() && fields[schema.PrimaryKey] == nil {
		fields[schema.PrimaryKey] = e.id
	}
	for _, f := range e.kind.foreign {
		given := fields[f.Name]
		switch {
		case given == nil && e.parent != nil && f.Name == e.link:
			fields[f.Name] = datastore.Document{schema.PrimaryKey: e.parent.id}
		case given != nil:
			if _, isName := given.(string); !isName {
				continue
			}
			reference := datastore.Document{}
			if found := d.known.find(d.parser.byName[f.Reference], given); found != nil {
				reference[schema.PrimaryKey] = found.id
			}
			fields[f.Name] = reference
		}
	}
	return fields
}

// nullsOnly is a tree of errors without all but those about values that had to be null.
func nullsOnly(tree map[string]any) map[string]any {
	kept := map[string]any{}
	for name, v := range tree {
		if v = nullOnly(v); v != nil {
			kept[name] = v
		}
	}
	return kept
}

func nullOnly(v any) any {
	switch v := v.(type) {
	case string:
		if v == "value must be null" {
			return v
		}
	case schema.Errors:
		return nullOnly(map[string]any(v))
	case map[string]any:
		if kept := nullsOnly(v); len(kept) > 0 {
			return kept
		}
	case []any:
		var kept []any
		for i, element := range v {
			if element = nullOnly(element); element != nil {
				kept = append(kept, make([]any, i+1-len(kept))...)
				kept[i] = element
			}
		}
		if kept != nil {
			return kept
		}
	}
	return nil
}

// overlay adds to a tree of errors what another one has.
func overlay(tree, more map[string]any) {
	for name, v := range more {
		tree[name] = overlaid(tree[name], v)
	}
}

func overlaid(below, above any) any {
	switch above := above.(type) {
	case map[string]any:
		if members, ok := asMembers(below); ok {
			overlay(members, above)
			return members
		}
	case []any:
		if list, ok := below.([]any); ok {
			list = append(list, make([]any, max(len(above)-len(list), 0))...)
			for i, v := range above {
				if v != nil {
					list[i] = overlaid(list[i], v)
				}
			}
			return list
		}
	}
	return above
}

// asMembers returns the members of a record of errors.
func asMembers(v any) (map[string]any, bool) {
	switch v := v.(type) {
	case map[string]any:
		return v, true
	case schema.Errors:
		return v, true
	}
	return nil, false
}
