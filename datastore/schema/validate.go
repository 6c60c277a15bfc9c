package schema

import "strings"

// ValidateOptions tells Validate what the document came from.
type ValidateOptions struct {
	// Partial marks a document that an update made: fields it lacks are not missed.
	Partial bool
	// Input is the body as it came in, where it differs from the document: transformations look at what was asked for.
	Input map[string]any
	// Stored is the row before the update, nil for anything else.
	Stored map[string]any
}

// Validate checks a prepared document and returns what is wrong with it, or nil.
//
// The order is Kong's: a subschema key that selects nothing ends the validation; then every field, required fields, the
// checks of the entity, those of the subschema, and what the transformations need.
func (e *Entity) Validate(doc map[string]any, opts ValidateOptions) Errors {
	return e.validate(doc, opts, opts.Partial)
}

// validate validates a document; updating is what messages tell.
func (e *Entity) validate(doc map[string]any, opts ValidateOptions, updating bool) Errors {
	if errs := e.validateSubschemaKey(doc); errs != nil {
		return errs
	}
	sub := e.Subschema(doc)
	errs := Errors{}
	known := 0
	e.eachField(sub, func(f *Field) {
		v, ok := doc[f.Name]
		if ok {
			known++
		}
		if ok && !e.unvalidated(f.Name) {
			if failure := e.validateTop(f, v, doc); failure != nil {
				errs[f.Name] = failure
			}
		}
		if v == nil && f.required(f.Type == Record) && (ok || !opts.Partial) {
			errs[f.Name] = "required field missing"
		}
	})
	if known < len(doc) {
		for name := range doc {
			if e.Field(name) == nil && !e.unvalidated(name) {
				errs[name] = "unknown field"
			}
		}
	}

	c := &checking{doc: doc, errors: errs, field: e.Field, partial: opts.Partial, updates: updating}
	for _, check := range e.Checks {
		check.run(c)
	}
	if sub != nil {
		c.field = func(name string) *Field { return e.field(sub, name) }
		for _, check := range sub.Checks {
			check.run(c)
		}
	}
	e.checkTransformations(doc, opts, errs)
	if len(errs) == 0 {
		return nil
	}
	return errs
}

// unvalidated members are the store's business: whatever a body says of them is accepted and overwritten.
func (e *Entity) unvalidated(name string) bool {
	return name == "updated_at" || name == ColumnTTL && e.TTL
}

func (e *Entity) validateSubschemaKey(doc map[string]any) Errors {
	if e.SubschemaKey == "" {
		return nil
	}
	key := doc[e.SubschemaKey]
	if key == nil {
		return Errors{e.SubschemaKey: "required field missing"}
	}
	if e.Subschema(doc) != nil {
		return nil
	}
	message := e.SubschemaErr
	if message == "" {
		message = "unknown type: %s"
	}
	shown := "nil"
	switch v := key.(type) {
	case string:
		shown = v
	case []any:
		if len(v) > 0 {
			shown = text(v[0])
		}
		if len(v) > 0 && v[0] == nil {
			shown = "userdata: NULL" // what Kong's language calls a null
		}
	}
	return Errors{e.SubschemaKey: strings.ReplaceAll(message, "%s", shown)}
}

// validateTop validates a field of the entity itself: a JSON field depends on a neighbour.
func (e *Entity) validateTop(f *Field, v any, doc map[string]any) any {
	if f.Type != JSON {
		return validateField(f, v)
	}
	return validateJSON(f, v, doc)
}

// ValidateField returns the message for one value of a top-level field, or "".
func (e *Entity) ValidateField(name string, v any) string {
	f := e.Field(name)
	if f == nil {
		return "unknown field"
	}
	switch failure := validateField(f, v).(type) {
	case nil:
		return ""
	case string:
		return failure
	default:
		return pretty(failure)
	}
}
