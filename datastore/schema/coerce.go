package schema

import (
	"strconv"
	"strings"
)

// Coerce turns the text of a form into the types of the entity's fields. Empty text becomes null; text that does not parse
// as its type stays text, for the validation to refuse. form is nested already (string, []any, map[string]any) and is not
// changed.
//
// Kong 3.9: Admin API, form bodies.
func (e *Entity) Coerce(form map[string]any) map[string]any {
	sub := e.Subschema(form)
	if sub == nil {
		// A lone value of the subschema key has not become a set yet.
		if s, ok := form[e.SubschemaKey].(string); ok {
			sub = e.Subschemas[s]
		}
	}
	return coerceRecord(form, e.Shorthands, func(name string) *Field {
		if name == ColumnTTL && e.TTL {
			return &timeToLive
		}
		return e.field(sub, name)
	})
}

// timeToLive is an option that a body may carry like a field.
var timeToLive = Field{Name: ColumnTTL, Type: Integer}

func coerceRecord(form map[string]any, shorthands []Shorthand, field func(name string) *Field) map[string]any {
	doc := make(map[string]any, len(form))
	for name, v := range form {
		f := field(name)
		for i := range shorthands {
			if f == nil && shorthands[i].Name == name {
				f = &shorthands[i].Field
			}
		}
		if f == nil {
			doc[name] = cloneValue(v)
			continue
		}
		doc[name] = coerce(f, v)
	}
	return doc
}

func coerce(f *Field, v any) any {
	if v == nil || v == "" {
		return nil
	}
	s, isText := v.(string)
	switch f.Type {
	case Integer, Number:
		if isText {
			return parseNumber(s)
		}
	case Boolean:
		switch s {
		case "true":
			return true
		case "false":
			return false
		}
	case Array, Set:
		list, ok := v.([]any)
		if !ok {
			list = []any{v}
		}
		coerced := make([]any, len(list))
		for i := range list {
			coerced[i] = coerce(f.Elements, list[i])
		}
		return coerced
	case Map:
		if m, ok := v.(map[string]any); ok {
			coerced := make(map[string]any, len(m))
			for k := range m {
				coerced[k] = coerce(f.Values, m[k])
			}
			return coerced
		}
	case Record:
		if m, ok := v.(map[string]any); ok {
			return coerceRecord(m, f.Shorthands, func(name string) *Field { return subfield(f.Fields, name) })
		}
	case Foreign:
		if m, ok := v.(map[string]any); ok {
			coerced := make(map[string]any, len(m))
			for k := range m {
				if coerced[k] = m[k]; m[k] == "" {
					coerced[k] = nil
				}
			}
			return coerced
		}
	}
	return cloneValue(v)
}

// ParseNumber reads a number as forms and queries have it, and reports whether it is one.
func ParseNumber(s string) (float64, bool) { return Float(parseNumber(s)) }

// parseNumber reads decimal, exponent and hexadecimal notation, with blanks around it, and returns s itself for anything
// else.
func parseNumber(s string) any {
	t := strings.TrimSpace(s)
	digits, negative := strings.CutPrefix(t, "-")
	if hex, ok := strings.CutPrefix(strings.ToLower(digits), "0x"); ok {
		n, err := strconv.ParseInt(hex, 16, 64)
		if err != nil {
			return s
		}
		if negative {
			n = -n
		}
		return n
	}
	if strings.ContainsAny(t, "_nNiIpP") {
		return s // what Go reads as a number beyond Kong: 1_000, NaN, Inf, 0b1p3
	}
	n := number(t)
	if _, failed := n.(string); failed {
		return s
	}
	return n
}
