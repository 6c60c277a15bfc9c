package schema

import (
	"math"
	"strconv"
)

// validateField checks one value and returns nil, a message, a list with a message per element, or an [Errors] tree.
func validateField(f *Field, v any) any {
	if v == nil {
		return validateNull(f)
	}
	if f.Eq == Null {
		return f.message("value must be null")
	}
	if f.Abstract {
		return "error in schema definition: abstract field was not specialized"
	}
	if failure := validateType(f, v); failure != nil {
		return failure
	}
	message := ""
	if s, ok := v.(string); ok && f.Referenceable && IsReference(s) {
		message = f.checkStorable(v)
	} else {
		message = f.validators(v)
	}
	if message != "" {
		return f.message(message)
	}
	return nil
}

func (f *Field) message(text string) string {
	if f.Err != "" {
		return f.Err
	}
	return text
}

func validateNull(f *Field) any {
	switch {
	case f.Ne == Null:
		return f.message("value must not be null")
	case f.Eq != nil && f.Eq != Null:
		return "value must be " + text(f.Eq)
	case f.Required == Required:
		return "required field missing"
	}
	return nil
}

// validateType checks the shape of a value that is not null, down to its leaves.
func validateType(f *Field, v any) any {
	switch f.Type {
	case Array, Set:
		list, ok := asList(v)
		if !ok {
			return "expected a" + map[Type]string{Array: "n array", Set: " set"}[f.Type]
		}
		return validateElements(f.Elements, list)
	case Map:
		if list, ok := v.([]any); ok && len(list) > 0 {
			return validatePresent(f.Keys, int64(1))
		}
		m, ok := asMap(v)
		if !ok {
			return "expected a map"
		}
		return validateMap(f, m)
	case Record:
		if list, ok := v.([]any); ok && len(list) > 0 {
			return f.validateList(list)
		}
		m, ok := asMap(v)
		if !ok {
			return "expected a record"
		}
		return f.validateRecord(m)
	case Foreign:
		return validateForeign(v)
	case Integer:
		if _, ok := v.(int64); !ok {
			return "expected an integer"
		}
	case Number:
		// What JSON can't hold can't be stored.
		if n, ok := Float(v); !ok || math.IsInf(n, 0) {
			return "expected a number"
		}
	case String:
		if _, ok := v.(string); !ok {
			return "expected a string"
		}
	case Boolean:
		if _, ok := v.(bool); !ok {
			return "expected a boolean"
		}
	}
	return nil
}

func validateElements(element *Field, list []any) any {
	var failures []any
	for i, v := range list {
		if failure := validatePresent(element, v); failure != nil {
			failures = append(failures, make([]any, i+1-len(failures))...)
			failures[i] = failure
		}
	}
	if failures == nil {
		return nil
	}
	return failures
}

// validatePresent checks a value in a place that is never optional: an element, a key, a map's value.
func validatePresent(f *Field, v any) any {
	if v == nil {
		return "required field missing"
	}
	return validateField(f, v)
}

// validateMap stops at the first failure, in the order of the keys, and does not say which key it was.
func validateMap(f *Field, m map[string]any) any {
	for _, k := range sortedKeys(m) {
		if failure := validatePresent(f.Keys, k); failure != nil {
			return failure
		}
		if failure := validatePresent(f.Values, m[k]); failure != nil {
			return failure
		}
	}
	return nil
}

// validateRecord checks a nested record as if it were complete: whatever it lacks is filled with defaults first.
func (f *Field) validateRecord(m map[string]any) any {
	doc, errs := prepareRecord(f.Fields, f.Shorthands, nil, m, preparation{op: Insert})
	if errs != nil {
		return errs
	}
	errs = Errors{}
	fields := f.Fields
	for name, v := range doc {
		sub := subfield(fields, name)
		if sub == nil {
			errs[name] = "unknown field"
		} else if failure := validateField(sub, v); failure != nil {
			errs[name] = failure
		}
	}
	for i := range f.Fields {
		sub := &f.Fields[i]
		if doc[sub.Name] == nil && sub.required(sub.Type == Record) {
			errs[sub.Name] = "required field missing"
		}
	}
	c := &checking{doc: doc, errors: errs, field: func(name string) *Field { return subfield(fields, name) }}
	for _, check := range f.Checks {
		check.run(c)
	}
	if len(errs) == 0 {
		return nil
	}
	return errs
}

// validateList checks a list in the place of a record: its elements are members that have their positions for names.
func (f *Field) validateList(list []any) any {
	m := make(map[string]any, len(list))
	for i, v := range list {
		m[strconv.Itoa(i+1)] = v
	}
	errs, _ := f.validateRecord(m).(Errors)
	failures := make([]any, len(list))
	for i := range list {
		failures[i] = errs[strconv.Itoa(i+1)]
	}
	if len(errs) > len(list) {
		return errs
	}
	return failures
}

// validateForeign wants the id of a parent. What else a body says of the parent does not matter if it has that.
func validateForeign(v any) any {
	m, _ := asMap(v)
	id, ok := m[PrimaryKey]
	switch {
	case !ok:
		return Errors{PrimaryKey: "missing primary key"}
	case id == nil:
		return Errors{PrimaryKey: "required field missing"}
	}
	if failure := ValidateID(id); failure != "" {
		return Errors{PrimaryKey: failure}
	}
	return nil
}

// ValidateID returns what is wrong with a value as a primary key, or "".
func ValidateID(v any) string {
	id, ok := v.(string)
	if !ok {
		return "expected a string"
	}
	if !isUUID(id) {
		return "expected a valid UUID"
	}
	return ""
}
