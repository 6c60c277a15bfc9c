package schema

// Shown adds to a completed row what an answer shows beyond the stored fields: deprecated shorthands mirror the field that
// replaced them. It changes row and returns it.
func (e *Entity) Shown(row map[string]any) map[string]any {
	sub := e.Subschema(row)
	mirror(e.Shorthands, row)
	e.eachField(sub, func(f *Field) { showNested(f, row[f.Name]) })
	return row
}

func showNested(f *Field, v any) {
	switch v := v.(type) {
	case map[string]any:
		if f.Type == Record {
			mirror(f.Shorthands, v)
			for i := range f.Fields {
				showNested(&f.Fields[i], v[f.Fields[i].Name])
			}
		} else if f.Values != nil {
			for _, value := range v {
				showNested(f.Values, value)
			}
		}
	case []any:
		if f.Elements != nil {
			for _, element := range v {
				showNested(f.Elements, element)
			}
		}
	}
}

func mirror(shorthands []Shorthand, record map[string]any) {
	for i := range shorthands {
		s := &shorthands[i]
		if s.Deprecation != nil && s.Deprecation.ReplacedWith != nil {
			record[s.Name], _ = lookup(record, s.Deprecation.ReplacedWith)
		}
	}
}
