package schema

import "strings"

// Check looks at several fields of an entity or record at once. A failure is recorded under [EntityErrors] of the record
// that owns the check; some also mark a field.
type Check interface {
	run(c *checking)
	// describe is the check as GET /schemas shows it.
	describe() map[string]any
}

// checking is one run of the checks of a record.
type checking struct {
	doc map[string]any
	// field returns the member of the record that has a name, or nil.
	field  func(name string) *Field
	errors Errors
	// partial documents are not missed what they lack; updates are told from creations in messages.
	partial, updates bool
}

// fields is what a check needs to know of one of the fields it names before it runs.
type fields struct {
	names []string
	// missing lets the check run although a field it names is missing, invalid although one failed.
	missing, invalid bool
}

// ready reports whether a check over these fields applies, and marks what is missing.
func (c *checking) ready(f fields, optional ...string) bool {
	anything, failed := false, false
	var missing []string
	for i, names := range [...][]string{f.names, optional} {
		for _, name := range names {
			v, ok := c.at(name)
			switch {
			case ok:
				anything = true
				if s, isText := v.(string); isText && IsReference(s) {
					if field := c.fieldAt(name); field != nil && field.Type == String && field.Referenceable {
						return false
					}
				}
			case !f.missing && i == 0:
				missing = append(missing, name)
			}
			if _, bad := c.errors[name]; bad {
				failed = true
			}
		}
	}
	if failed && !f.invalid {
		return false
	}
	if !anything && (!f.missing || c.partial) {
		return false
	}
	for _, name := range missing {
		c.errors.set(strings.Split(name, "."), c.updating("field required for entity check", " when updating", false))
	}
	return len(missing) == 0
}

// updating adds to a message what tells a failed update from a failed creation.
func (c *checking) updating(message, mark string, before bool) string {
	switch {
	case !c.updates:
		return message
	case before:
		return mark + message
	}
	return message + mark
}

// at returns the member at a dotted path, and whether it is there.
func (c *checking) at(name string) (any, bool) {
	if strings.IndexByte(name, '.') < 0 {
		v, ok := c.doc[name]
		return v, ok
	}
	return lookup(c.doc, strings.Split(name, "."))
}

func (c *checking) value(name string) any {
	v, _ := c.at(name)
	return v
}

// fieldAt returns the field at a dotted path, or nil.
func (c *checking) fieldAt(name string) *Field {
	if strings.IndexByte(name, '.') < 0 {
		return c.field(name)
	}
	return fieldAt(strings.Split(name, "."), c.field)
}

func (c *checking) filled(names []string) []string {
	var filled []string
	for _, name := range names {
		if !blank(c.value(name)) {
			filled = append(filled, name)
		}
	}
	return filled
}

// matches reports whether the value of the field called name satisfies rule. A missing value matches nothing.
func (c *checking) matches(name string, rule *Field) bool {
	v, ok := c.at(name)
	return ok && c.failure(name, rule, v) == nil
}

// failure is what is wrong with a value of the field called name when rule overrides the field's own attributes.
func (c *checking) failure(name string, rule *Field, v any) any {
	f := c.fieldAt(name)
	if f == nil {
		return validateField(rule, v)
	}
	merged := override(f, rule)
	return validateField(&merged, v)
}

// AtLeastOneOf demands that one of the fields is not empty.
type AtLeastOneOf []string

func (a AtLeastOneOf) run(c *checking) {
	if c.ready(fields{names: a, missing: true, invalid: true}) && len(c.filled(a)) == 0 {
		c.errors.addEntity(c.atLeastOne(a))
	}
}

func (c *checking) atLeastOne(names []string) string {
	return c.updating("at least one of these fields must be non-empty: "+quotedList(names), "when updating, ", true)
}

func (a AtLeastOneOf) describe() map[string]any { return namesOf("at_least_one_of", a) }

// OnlyOneOf demands that exactly one of the fields is not empty.
type OnlyOneOf []string

func (o OnlyOneOf) run(c *checking) {
	if c.ready(fields{names: o, invalid: true}) && len(c.filled(o)) != 1 {
		c.errors.addEntity("exactly one of these fields must be non-empty: " + quotedList(o))
	}
}

func (o OnlyOneOf) describe() map[string]any { return namesOf("only_one_of", o) }

// MutuallyRequired demands all of the fields or none.
type MutuallyRequired []string

func (m MutuallyRequired) run(c *checking) {
	if c.ready(fields{names: m, missing: true}) {
		if n := len(c.filled(m)); n != 0 && n != len(m) {
			c.errors.addEntity(allOrNone(m))
		}
	}
}

func allOrNone(names []string) string {
	return "all or none of these fields must be set: " + quotedList(names)
}

func (m MutuallyRequired) describe() map[string]any { return namesOf("mutually_required", m) }

// MutuallyExclusive admits one of the fields at most.
type MutuallyExclusive []string

func (m MutuallyExclusive) run(c *checking) {
	if c.ready(fields{names: m, missing: true}) && len(c.filled(m)) > 1 {
		c.errors.addEntity("only one or none of these fields must be set: " + quotedList(m))
	}
}

func (m MutuallyExclusive) describe() map[string]any { return namesOf("mutually_exclusive", m) }

// Distinct demands different values in fields that are not empty.
type Distinct []string

func (d Distinct) run(c *checking) {
	if !c.ready(fields{names: d, invalid: true}) {
		return
	}
	filled := c.filled(d)
	for i, a := range filled {
		for _, b := range filled[:i] {
			if equal(c.value(a), c.value(b)) {
				c.errors.addEntity("values of these fields must be distinct: " + quotedList(d))
				return
			}
		}
	}
}

func (d Distinct) describe() map[string]any { return namesOf("distinct", d) }

// CustomCheck runs code over the fields it names. It receives a document with these fields only.
type CustomCheck struct {
	Fields []string
	// RunWithMissing and RunWithInvalid run the check although a field is missing or has failed already.
	RunWithMissing bool
	RunWithInvalid bool
	Check          func(doc map[string]any) error
}

func (cc CustomCheck) run(c *checking) {
	if !c.ready(fields{names: cc.Fields, missing: cc.RunWithMissing, invalid: cc.RunWithInvalid}) {
		return
	}
	doc := make(map[string]any, len(cc.Fields))
	for _, name := range cc.Fields {
		copyPath(doc, c.doc, strings.Split(name, "."))
	}
	if err := cc.Check(doc); err != nil {
		c.errors.addEntity(err.Error())
	}
}

func (cc CustomCheck) describe() map[string]any {
	d := map[string]any{}
	if len(cc.Fields) > 0 {
		d["field_sources"] = stringList(cc.Fields)
	}
	if cc.RunWithMissing {
		d["run_with_missing_fields"] = true
	}
	if cc.RunWithInvalid {
		d["run_with_invalid_fields"] = true
	}
	return map[string]any{"custom_entity_check": d}
}

func copyPath(to, from map[string]any, path []string) {
	v, ok := lookup(from, path)
	if !ok {
		return
	}
	for _, name := range path[:len(path)-1] {
		next, ok := to[name].(map[string]any)
		if !ok {
			next = map[string]any{}
			to[name] = next
		}
		to = next
	}
	to[path[len(path)-1]] = v
}

func namesOf(check string, names []string) map[string]any {
	return map[string]any{check: stringList(names)}
}

func stringList(names []string) []any {
	list := make([]any, len(names))
	for i, n := range names {
		list[i] = n
	}
	return list
}

func contains(names []string, name string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}
