package schema

// Merge lays the changes of a PATCH over a stored row: records are merged member by member at every depth, everything else
// is replaced as a whole, an explicit null included. Neither argument is changed.
func (e *Entity) Merge(stored, changes map[string]any) map[string]any {
	sub := e.Subschema(changes)
	if sub == nil {
		sub = e.Subschema(stored)
	}
	return mergeRecord(stored, changes, func(name string) *Field { return e.field(sub, name) })
}

func mergeRecord(stored, changes map[string]any, field func(name string) *Field) map[string]any {
	merged := Clone(stored)
	if merged == nil {
		merged = map[string]any{}
	}
	for name, v := range changes {
		merged[name] = cloneValue(v)
		f := field(name)
		if f == nil || f.Type != Record || f.Abstract {
			continue
		}
		if above, ok := asMap(v); ok {
			below, _ := stored[name].(map[string]any)
			merged[name] = mergeRecord(below, above, func(name string) *Field { return subfield(f.Fields, name) })
		}
	}
	return merged
}

// Complete gives a stored row the form in which it is shown: every declared field is present, required fields that were
// stored as null have their defaults, members that the description does not know are gone, sets and lists that are empty
// stay empty. It takes over row and may return it.
//
// Kong 3.9: a missing member of a stored record gets the default, a null one only if the field is required. Records may have
// been stored with members that have other names since.
func (e *Entity) Complete(row map[string]any) map[string]any {
	sub := e.Subschema(row)
	e.eachField(sub, func(f *Field) {
		v, ok := row[f.Name]
		if completed, keep := complete(f, v, ok); keep {
			row[f.Name] = completed
		}
	})
	for name := range row {
		if f := e.Field(name); f == nil && !(name == ColumnTTL && e.TTL) {
			delete(row, name)
		}
	}
	return row
}

func complete(f *Field, v any, ok bool) (any, bool) {
	if f.Abstract {
		return v, ok
	}
	if !ok || v == nil && f.required(f.Type == Record) {
		v, ok = preparation{op: Insert}.missing(f)
		return v, ok || f.Type != Foreign
	}
	switch v := v.(type) {
	case nil:
		return nil, true
	case string:
		if v == "" && f.Type == String && (f.LenMin == nil || *f.LenMin > 0) {
			return nil, true
		}
	case float64:
		if f.Type == Integer {
			return int64(v), true
		}
	case map[string]any:
		if f.Type == Record {
			completeRecord(f, v)
		}
	case []any:
		if f.Type == Map || f.Type == Record {
			if m, ok := asMap(v); ok {
				return complete(f, m, true)
			}
			return nil, true
		}
		for i := range v {
			v[i], _ = complete(f.Elements, v[i], true)
		}
	}
	return v, true
}

func completeRecord(f *Field, record map[string]any) {
	for i := range f.Shorthands {
		s := &f.Shorthands[i]
		v, ok := record[s.Name]
		if !ok || subfield(f.Fields, s.Name) != nil {
			continue
		}
		delete(record, s.Name)
		if validateField(&s.Field, v) == nil {
			for name, expanded := range s.Expand(v) {
				s.place(record, name, expanded)
			}
		}
	}
	for name := range record {
		if subfield(f.Fields, name) == nil {
			delete(record, name)
		}
	}
	for i := range f.Fields {
		sub := &f.Fields[i]
		member, present := record[sub.Name]
		if completed, keep := complete(sub, member, present); keep {
			record[sub.Name] = completed
		}
	}
}
