package schema

// validateJSON checks a field whose shape another component describes: the value of the parent key names the component.
// Without a description any text or null passes, as Kong's default schema for filters has it.
func validateJSON(f *Field, v any, doc map[string]any) any {
	parent := f.JSONSchema.ParentSubschemaKey
	if name, _ := doc[parent].(string); name == "" {
		if f.JSONSchema.Optional {
			return nil
		}
		return "validation of " + f.Name + " depends on the parent attribute " + parent + ", but it is not set"
	}
	switch v.(type) {
	case nil, string:
		return nil
	}
	return "value failed JSON-schema validation: wrong type: expected one of string, null, got " + jsonType(v)
}

func jsonType(v any) string {
	switch v.(type) {
	case bool:
		return "boolean"
	case int64, float64:
		return "number"
	}
	return "table"
}
