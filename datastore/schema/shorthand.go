package schema

import "strings"

// expandShorthands replaces the shorthands in doc by what they stand for.
func expandShorthands(shorthands []Shorthand, doc map[string]any) Errors {
	if len(shorthands) == 0 {
		return nil
	}
	errs := Errors{}
	for i := range shorthands {
		s := &shorthands[i]
		v, ok := doc[s.Name]
		if !ok {
			continue
		}
		if failure := validateField(&s.Field, v); failure != nil {
			errs[s.Name] = failure
			continue
		}
		if message := s.mismatch(v, doc); message != "" {
			errs[s.Name] = message
			continue
		}
		delete(doc, s.Name)
		for k, expanded := range s.Expand(v) {
			s.place(doc, k, expanded)
		}
	}
	if len(errs) == 0 {
		return nil
	}
	return errs
}

// place merges what a shorthand expanded to. A deprecated shorthand gives way to the field that replaced it, any other wins.
func (s *Shorthand) place(doc map[string]any, name string, v any) {
	given, present := doc[name]
	record, isRecord := v.(map[string]any)
	if !isRecord {
		if s.Deprecation == nil || given == nil {
			doc[name] = v
		}
		return
	}
	base, ok := given.(map[string]any)
	if !ok {
		if present && given != nil {
			return
		}
		base = map[string]any{}
	}
	if s.Deprecation != nil {
		doc[name] = overlay(record, base)
		return
	}
	doc[name] = overlay(base, record)
}

// overlay merges two nested maps; the values of top win unless they are null.
func overlay(bottom, top map[string]any) map[string]any {
	merged := make(map[string]any, len(bottom)+len(top))
	for k, v := range bottom {
		merged[k] = v
	}
	for k, v := range top {
		below, ok := merged[k].(map[string]any)
		above, ok2 := v.(map[string]any)
		switch {
		case ok && ok2:
			merged[k] = overlay(below, above)
		case v != nil || merged[k] == nil:
			merged[k] = v
		}
	}
	return merged
}

// mismatch reports a deprecated shorthand that contradicts the field that replaced it.
func (s *Shorthand) mismatch(v any, doc map[string]any) string {
	if v == nil || s.Deprecation == nil || s.Deprecation.ReplacedWith == nil {
		return ""
	}
	given, _ := lookup(doc, s.Deprecation.ReplacedWith)
	if given == nil || Compact(given) == Compact(v) {
		return ""
	}
	return "both deprecated and new field are used but their values mismatch: " +
		s.Name + " = " + text(v) + " vs " + strings.Join(s.Deprecation.ReplacedWith, ".") + " = " + text(given)
}
