package schema

// Type is the kind of value a field holds.
type Type string

// The types of the schema language. A Set is a list without repetitions, a Record has named members with types of their
// own, a Map has arbitrary keys with values of one type, a Foreign field refers to a row of another entity.
const (
	String  Type = "string"
	Integer Type = "integer"
	Number  Type = "number"
	Boolean Type = "boolean"
	Array   Type = "array"
	Set     Type = "set"
	Map     Type = "map"
	Record  Type = "record"
	Foreign Type = "foreign"
	JSON    Type = "json"
)

// Presence says whether a field must have a value. The zero value is "not declared": optional for most types, required for
// records, for the elements of arrays and sets and for the keys and values of maps.
type Presence uint8

// The declared presences.
const (
	Undeclared Presence = iota
	Required
	Optional
)

// Null stands for an explicit null in Field.Eq, Field.Ne and Field.Default, where nil means "not declared".
var Null any = nullValue{}

type nullValue struct{}

// Cascade is the value of Field.OnDelete that deletes a row together with the row it refers to. Without it the deletion of
// the referenced row is refused.
const Cascade = "cascade"

// Field describes one member of an entity or record. The zero value of every attribute means that it is not declared.
type Field struct {
	Name     string
	Type     Type
	Required Presence
	Default  any

	// Auto marks a field that kongo fills when a body lacks it: a random UUID where UUID is set, the time for created_at and
	// updated_at, otherwise 32 random characters.
	Auto bool
	// UUID demands 36 characters in the 8-4-4-4-12 form.
	UUID bool
	// Timestamp demands a positive number of seconds since 1970.
	Timestamp bool

	// Unique forbids two rows with the same value, within a workspace unless UniqueAcrossWorkspaces is set.
	Unique                 bool
	UniqueAcrossWorkspaces bool

	// Reference names the entity a Foreign field points to.
	Reference string
	OnDelete  string

	Elements   *Field      // of an Array or Set
	Keys       *Field      // of a Map
	Values     *Field      // of a Map
	Fields     []Field     // of a Record
	Checks     []Check     // of a Record
	Shorthands []Shorthand // of a Record

	Eq, Ne          any
	OneOf, NotOneOf []any
	GreaterThan     *float64
	Between         []float64 // low and high, both allowed
	LenEq           *int
	LenMin, LenMax  *int // bytes of a String, entries of anything else
	StartsWith      string
	IsRegex         bool
	Contains        any // a value that an Array or Set must hold

	// Patterns are Lua patterns, as /schemas shows them.
	NotMatch  string
	Match     string
	MatchNone []Pattern
	MatchAll  []Pattern
	MatchAny  *PatternChoice

	// Validator refuses a value that passed everything above by returning an error, whose text is shown as it is.
	Validator func(value any) error
	// MutuallyExclusiveSubsets lists groups of which a Set may use one only.
	MutuallyExclusiveSubsets [][]string

	// Err replaces the text of any failed check on this field.
	Err string

	// Abstract marks a field that a Subschema must define.
	Abstract bool
	// Transient marks a field that is never stored.
	Transient bool
	// NotNull marks a field that may be null in a body but not in the table: storing it fails as a clash of primary keys does.
	NotNull bool
	// Referenceable lets {vault://…} stand for the value.
	Referenceable bool
	Encrypted     bool

	JSONSchema  *JSONSchema
	Deprecation *Deprecation
}

// Pattern is a Lua pattern with the message of its failure.
type Pattern struct {
	Pattern string
	Err     string
}

// PatternChoice demands that one of several Lua patterns is found.
type PatternChoice struct {
	Patterns []string
	Err      string
}

// Deprecation announces the end of a field or shorthand.
type Deprecation struct {
	Message          string
	RemovalInVersion string
	OldDefault       any
	// ReplacedWith is the path of the field that took over; answers then mirror its value under the old name.
	ReplacedWith []string
}

// JSONSchema ties a JSON field to the schema of another component.
type JSONSchema struct {
	Namespace          string
	ParentSubschemaKey string
	Optional           bool
}

// Shorthand is an extra member that a body may carry. It is validated as Field, removed, and replaced by what Expand makes
// of it.
type Shorthand struct {
	Field
	// Expand maps a valid value to members of the surrounding record; nested records are merged into what is there. Nil values
	// become explicit nulls.
	Expand func(value any) map[string]any
}

// subfield returns the member field called name.
func subfield(fields []Field, name string) *Field {
	for i := range fields {
		if fields[i].Name == name {
			return &fields[i]
		}
	}
	return nil
}

// required reports whether f must have a value, given the default for its position.
func (f *Field) required(undeclared bool) bool {
	switch f.Required {
	case Required:
		return true
	case Optional:
		return false
	}
	return undeclared
}

// fieldAt finds the field at a dotted path below the fields that top knows.
func fieldAt(path []string, top func(name string) *Field) *Field {
	f := top(path[0])
	for _, name := range path[1:] {
		if f == nil {
			return nil
		}
		f = subfield(f.Fields, name)
	}
	return f
}
