package schema

import "strings"

// Entity describes one kind of row.
type Entity struct {
	Name string
	// Table is the name of the table where it differs from Name.
	Table string
	// EndpointKey is the unique field by which a row may be addressed besides its id; empty if there is none.
	EndpointKey string
	// CacheKey lists the fields of the key under which caches know a row; empty means the primary key.
	CacheKey []string
	// CacheKeyFirst rows that clash with others in their cache key and in a unique field are refused for the former, rows of
	// other entities for the latter: in Kong's tables the older constraint wins.
	CacheKeyFirst bool
	// Unkeyed rows have no column for their cache key, for example because an older gateway made their table, and caches know
	// them by their id.
	Unkeyed bool
	// Workspaceable rows belong to a workspace.
	Workspaceable bool
	// TTL rows may expire.
	TTL bool

	// AdminName is the segment of the flat collection in the Admin API, AdminNestedName the one below a parent, both where they
	// differ from Name.
	AdminName       string
	AdminNestedName string
	// NoAdmin leaves the entity out of the generated Admin API, NoExport out of declarative exports.
	NoAdmin  bool
	NoExport bool
	// Internal rows are kept by stores in a way of their own: no generic reading or writing, no columns.
	Internal bool
	// Absent entities have no table in the storage at hand, for example because an older gateway made it: there are no rows, and
	// none can be added.
	Absent bool
	// Owner is the plugin that brings the entity; empty for the core.
	Owner string
	// CoreCache rows are invalidated on the channel of core entities.
	CoreCache bool

	// Normalize rewrites the body of an Insert or Upsert before anything else is done with it; nil leaves it as it is. It owns
	// doc. An error ends the processing.
	Normalize func(doc map[string]any) Errors

	Fields          []Field
	Checks          []Check
	Shorthands      []Shorthand
	Transformations []Transformation

	// SubschemaKey names the field whose value selects the Subschema: a String by itself, a Set by its first member that
	// selects any.
	SubschemaKey string
	Subschemas   map[string]*Subschema
	// SubschemaErr is the message for a key without subschema, with %s for the key.
	SubschemaErr string
}

// Subschema refines an entity for one value of its SubschemaKey: its fields replace those of the same name and its checks
// run after the entity's.
type Subschema struct {
	Fields []Field
	Checks []Check
}

// Transformation computes members of a row before it is stored. It runs when a write gives all of its Input fields and the
// row has all that it Needs (dotted paths).
type Transformation struct {
	Input []string
	Needs []string
	// OnWrite returns the members to set. It does not change row.
	OnWrite func(row map[string]any) (map[string]any, error)
}

// PrimaryKey is the field that identifies the rows of every entity.
const PrimaryKey = "id"

// TableName is the name of the table that holds the rows.
func (e *Entity) TableName() string {
	if e.Table != "" {
		return e.Table
	}
	return e.Name
}

// CollectionName is the path segment of the flat collection in the Admin API.
func (e *Entity) CollectionName() string {
	if e.AdminName != "" {
		return e.AdminName
	}
	return e.Name
}

// NestedName is the path segment of the collection below a parent in the Admin API.
func (e *Entity) NestedName() string {
	if e.AdminNestedName != "" {
		return e.AdminNestedName
	}
	return e.CollectionName()
}

// Field returns the field called name, or nil. It does not see what a Subschema refines.
func (e *Entity) Field(name string) *Field { return subfield(e.Fields, name) }

// HasTags reports whether rows can be tagged.
func (e *Entity) HasTags() bool { return e.Field("tags") != nil }

// CompositeCacheKey reports whether the cache key joins two or more fields and therefore has a column of its own.
func (e *Entity) CompositeCacheKey() bool { return len(e.CacheKey) > 1 && !e.Unkeyed }

// Subschema returns what doc's subschema key selects, or nil.
func (e *Entity) Subschema(doc map[string]any) *Subschema {
	if e.SubschemaKey == "" {
		return nil
	}
	switch v := doc[e.SubschemaKey].(type) {
	case string:
		return e.Subschemas[v]
	case []any:
		for _, member := range v {
			if s, ok := member.(string); ok && e.Subschemas[s] != nil {
				return e.Subschemas[s]
			}
		}
	}
	return nil
}

// eachField calls fn with every field as sub refines it, in declaration order.
func (e *Entity) eachField(sub *Subschema, fn func(f *Field)) {
	for i := range e.Fields {
		fn(refine(&e.Fields[i], sub))
	}
}

// field returns the field called name as sub refines it, or nil.
func (e *Entity) field(sub *Subschema, name string) *Field {
	f := e.Field(name)
	if f == nil {
		return nil
	}
	return refine(f, sub)
}

func refine(f *Field, sub *Subschema) *Field {
	if sub != nil {
		if r := subfield(sub.Fields, f.Name); r != nil {
			return r
		}
	}
	return f
}

// Column is one column of an entity's table.
type Column struct {
	// Name is the field's name, with "_id" appended for foreign fields.
	Name  string
	Field *Field
}

// The columns that every store adds to those of the fields.
const (
	ColumnWorkspace = "ws_id"
	ColumnCacheKey  = "cache_key"
	ColumnTTL       = "ttl"
)

// Columns lists the stored fields in declaration order. ColumnWorkspace, ColumnCacheKey and ColumnTTL are not among them:
// Workspaceable, CompositeCacheKey and TTL say whether the table has those.
func (e *Entity) Columns() []Column {
	columns := make([]Column, 0, len(e.Fields))
	for i := range e.Fields {
		f := &e.Fields[i]
		switch {
		case f.Transient:
		case f.Type == Foreign:
			columns = append(columns, Column{Name: f.Name + "_" + PrimaryKey, Field: f})
		default:
			columns = append(columns, Column{Name: f.Name, Field: f})
		}
	}
	return columns
}

// ErrorType is the name of one row of the entity in flattened declarative errors: its name less a final s.
func (e *Entity) ErrorType() string { return strings.TrimSuffix(e.Name, "s") }
