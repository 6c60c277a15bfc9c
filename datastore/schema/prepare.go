package schema

import (
	"crypto/rand"
	"time"

	"github.com/google/uuid"
)

// Operation is what a document is prepared for.
type Operation uint8

// The operations. An Upsert is a PUT: it replaces or creates a whole row.
const (
	Insert Operation = iota
	Update
	Upsert
)

// preparation is what the values of automatic fields depend on.
type preparation struct {
	op  Operation
	now time.Time
}

// Prepare turns a body into the document that Validate checks: it expands shorthands, makes sets of sets and, unless the
// operation is an Update, fills automatic fields and defaults for what is missing. An explicit null stays null.
//
// It returns the errors of shorthands, which end the processing of a body; input is not changed.
func (e *Entity) Prepare(input map[string]any, op Operation, now time.Time) (map[string]any, Errors) {
	doc, errs := prepareRecord(e.Fields, e.Shorthands, e.Subschema(input), input, preparation{op: op, now: now})
	if errs != nil {
		return nil, errs
	}
	if e.SubschemaKey != "" && op != Update {
		// A default of the subschema key may have selected a variant with defaults of its own.
		if sub := e.Subschema(doc); sub != nil && e.Subschema(input) == nil {
			return prepareRecord(e.Fields, e.Shorthands, sub, input, preparation{op: op, now: now})
		}
	}
	return doc, nil
}

// PrepareChanges is Prepare for the changes of an Update to a row. Where they do not choose a variant, that of the row counts.
func (e *Entity) PrepareChanges(changes, stored map[string]any, now time.Time) (map[string]any, Errors) {
	sub := e.Subschema(changes)
	if sub == nil {
		sub = e.Subschema(stored)
	}
	return prepareRecord(e.Fields, e.Shorthands, sub, changes, preparation{op: Update, now: now})
}

// prepareRecord prepares the members of one record; sub refines the fields of an entity and is nil for nested records.
func prepareRecord(fields []Field, shorthands []Shorthand, sub *Subschema, input map[string]any, c preparation) (map[string]any, Errors) {
	doc := make(map[string]any, len(input)+len(fields))
	for name, v := range input {
		doc[name] = cloneValue(v)
	}
	if errs := expandShorthands(shorthands, doc); errs != nil {
		return nil, errs
	}
	for i := range fields {
		f := refine(&fields[i], sub)
		v, ok := doc[f.Name]
		if f.Auto {
			v, ok = c.automatic(f, v, ok)
		}
		v, ok, errs := c.adjust(f, v, ok)
		if errs != nil {
			return nil, Errors{f.Name: errs}
		}
		if ok {
			doc[f.Name] = v
		}
	}
	return doc, nil
}

// automatic fills the fields that kongo keeps itself.
func (c preparation) automatic(f *Field, v any, ok bool) (any, bool) {
	creating := c.op != Update
	switch {
	case f.UUID:
		if creating && !ok {
			return uuid.NewString(), true
		}
	case f.Type == String:
		if creating && !ok {
			return randomText(), true
		}
	case f.Name == "created_at" && creating && v == nil, f.Name == "updated_at":
		return timestamp(f, c.now), true
	}
	return v, ok
}

func timestamp(f *Field, now time.Time) any {
	if f.Type == Number {
		return wholeNumber(float64(now.UnixMilli()) / 1000)
	}
	return now.Unix()
}

const alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// randomText makes the 32 characters of a generated key or secret: 190 bits from the system's generator.
func randomText() string {
	b := make([]byte, 0, 32)
	var random [64]byte
	for len(b) < cap(b) {
		rand.Read(random[:])
		for _, r := range random {
			// 62 characters do not divide 256: values beyond the last multiple would favour the first letters.
			if int(r) < 256/len(alphanumeric)*len(alphanumeric) && len(b) < cap(b) {
				b = append(b, alphanumeric[int(r)%len(alphanumeric)])
			}
		}
	}
	return string(b)
}

// adjust brings a value into the shape of its field, down to nested records, and fills what is missing. It leaves values of
// the wrong type to the validation.
func (c preparation) adjust(f *Field, v any, ok bool) (any, bool, Errors) {
	if f.Abstract {
		return v, ok, nil
	}
	if !ok {
		if c.op == Update {
			return nil, false, nil
		}
		v, ok = c.missing(f)
		return v, ok, nil
	}
	if v == nil {
		return nil, true, nil
	}
	switch f.Type {
	case Record:
		if m, isMap := asMap(v); isMap {
			doc, errs := prepareRecord(f.Fields, f.Shorthands, nil, m, c)
			return doc, true, errs
		}
	case Array, Set:
		list, isList := asList(v)
		if !isList {
			break
		}
		if f.Type == Set {
			list = unique(list)
		}
		for i := range list {
			element, _, errs := c.adjust(f.Elements, list[i], true)
			if errs != nil {
				return nil, false, errs
			}
			list[i] = element
		}
		return list, true, nil
	case Map:
		m, isMap := asMap(v)
		if !isMap {
			break
		}
		for k := range m {
			value, _, errs := c.adjust(f.Values, m[k], true)
			if errs != nil {
				return nil, false, errs
			}
			m[k] = value
		}
		return m, true, nil
	}
	return v, true, nil
}

// missing is the value of a field that a body does not mention: its default, the defaults of a record's members, or null.
func (c preparation) missing(f *Field) (any, bool) {
	v := defaultOf(f)
	required := f.required(f.Type == Record)
	switch {
	case required && f.Type == Record:
		base, _ := v.(map[string]any)
		doc, _ := prepareRecord(f.Fields, nil, nil, base, c)
		return doc, true
	case v != nil || !required:
		return v, true
	}
	return nil, false
}

// defaultOf returns a copy of the declared default, or nil.
func defaultOf(f *Field) any {
	if f.Default == nil || f.Default == Null {
		return nil
	}
	return Normalize(cloneValue(f.Default))
}

// unique returns the first of all scalars that are equal, and everything else, in time linear in the length of the list,
// which a client chooses.
func unique(list []any) []any {
	kept := make([]any, 0, len(list))
	met := make(map[any]bool, len(list))
	for _, v := range list {
		key := v
		switch v.(type) {
		case []any, map[string]any:
			kept = append(kept, v)
			continue
		case int64, float64:
			key, _ = Float(v) // numbers of the same value are equal whatever their type
		}
		if !met[key] {
			met[key] = true
			kept = append(kept, v)
		}
	}
	return kept
}
