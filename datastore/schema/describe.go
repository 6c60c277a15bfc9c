package schema

// Describe is the entity as GET /schemas shows it: fields in order as one-member objects, and the checks. Code is left out.
func (e *Entity) Describe() map[string]any {
	d := map[string]any{"fields": describeFields(e.Fields)}
	if len(e.Checks) > 0 {
		d["entity_checks"] = describeChecks(e.Checks)
	}
	if len(e.Shorthands) > 0 {
		d["shorthand_fields"] = describeShorthands(e.Shorthands)
	}
	return d
}

// Describe is one variant of the entity with the fields that it refines.
func (s *Subschema) Describe() map[string]any {
	d := map[string]any{"fields": describeFields(s.Fields)}
	if len(s.Checks) > 0 {
		d["entity_checks"] = describeChecks(s.Checks)
	}
	return d
}

func describeFields(fields []Field) []any {
	list := make([]any, len(fields))
	for i := range fields {
		list[i] = map[string]any{fields[i].Name: describeField(&fields[i])}
	}
	return list
}

func describeChecks(checks []Check) []any {
	list := make([]any, len(checks))
	for i, c := range checks {
		list[i] = c.describe()
	}
	return list
}

func describeShorthands(shorthands []Shorthand) []any {
	list := make([]any, len(shorthands))
	for i := range shorthands {
		list[i] = map[string]any{shorthands[i].Name: describeField(&shorthands[i].Field)}
	}
	return list
}

// describeField lists what f declares.
func describeField(f *Field) map[string]any {
	d := map[string]any{}
	put := func(name string, v any, declared bool) {
		if declared {
			d[name] = v
		}
	}
	put("type", string(f.Type), f.Type != "")
	put("required", f.Required == Required, f.Required != Undeclared)
	put("default", describeValue(f.Default), f.Default != nil)
	put("auto", true, f.Auto)
	put("uuid", true, f.UUID)
	put("timestamp", true, f.Timestamp)
	put("unique", true, f.Unique)
	put("unique_across_ws", true, f.UniqueAcrossWorkspaces)
	put("reference", f.Reference, f.Reference != "")
	put("on_delete", f.OnDelete, f.OnDelete != "")
	put("eq", describeValue(f.Eq), f.Eq != nil)
	put("ne", describeValue(f.Ne), f.Ne != nil)
	put("one_of", f.OneOf, f.OneOf != nil)
	put("not_one_of", f.NotOneOf, f.NotOneOf != nil)
	put("between", f.Between, f.Between != nil)
	put("starts_with", f.StartsWith, f.StartsWith != "")
	put("is_regex", true, f.IsRegex)
	put("contains", f.Contains, f.Contains != nil)
	put("match", f.Match, f.Match != "")
	put("not_match", f.NotMatch, f.NotMatch != "")
	put("match_none", describePatterns(f.MatchNone), f.MatchNone != nil)
	put("match_all", describePatterns(f.MatchAll), f.MatchAll != nil)
	put("err", f.Err, f.Err != "")
	put("abstract", true, f.Abstract)
	put("transient", true, f.Transient)
	put("referenceable", true, f.Referenceable)
	put("encrypted", true, f.Encrypted)
	if f.GreaterThan != nil {
		d["gt"] = Normalize(*f.GreaterThan)
	}
	for name, n := range map[string]*int{"len_eq": f.LenEq, "len_min": f.LenMin, "len_max": f.LenMax} {
		if n != nil {
			d[name] = *n
		}
	}
	if f.MatchAny != nil {
		d["match_any"] = map[string]any{"patterns": stringList(f.MatchAny.Patterns), "err": f.MatchAny.Err}
	}
	if f.MutuallyExclusiveSubsets != nil {
		subsets := make([]any, len(f.MutuallyExclusiveSubsets))
		for i, s := range f.MutuallyExclusiveSubsets {
			subsets[i] = stringList(s)
		}
		d["mutually_exclusive_subsets"] = subsets
	}
	describeNested(f, d)
	return d
}

func describeNested(f *Field, d map[string]any) {
	for name, nested := range map[string]*Field{"elements": f.Elements, "keys": f.Keys, "values": f.Values} {
		if nested != nil {
			d[name] = describeField(nested)
		}
	}
	if f.Type == Record && f.Fields != nil {
		d["fields"] = describeFields(f.Fields)
	}
	if len(f.Checks) > 0 {
		d["entity_checks"] = describeChecks(f.Checks)
	}
	if len(f.Shorthands) > 0 {
		d["shorthand_fields"] = describeShorthands(f.Shorthands)
	}
	if f.JSONSchema != nil {
		d["json_schema"] = map[string]any{
			"namespace":            f.JSONSchema.Namespace,
			"parent_subschema_key": f.JSONSchema.ParentSubschemaKey,
			"optional":             f.JSONSchema.Optional,
		}
	}
	if f.Deprecation != nil {
		d["deprecation"] = describeDeprecation(f.Deprecation)
	}
}

func describeDeprecation(p *Deprecation) map[string]any {
	d := map[string]any{}
	if p.Message != "" {
		d["message"] = p.Message
	}
	if p.RemovalInVersion != "" {
		d["removal_in_version"] = p.RemovalInVersion
	}
	if p.OldDefault != nil {
		d["old_default"] = p.OldDefault
	}
	if p.ReplacedWith != nil {
		d["replaced_with"] = []any{map[string]any{"path": stringList(p.ReplacedWith)}}
	}
	return d
}

func describePatterns(patterns []Pattern) []any {
	list := make([]any, len(patterns))
	for i, p := range patterns {
		list[i] = map[string]any{"pattern": p.Pattern, "err": p.Err}
	}
	return list
}

func describeValue(v any) any {
	if v == Null {
		return nil
	}
	return v
}
