package cassandra

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

// ownStep is the only migration so far of what kongo adds. It makes whatever is missing.
const ownStep = "000_base"

// ownStatements are those that make the tables, columns and indexes that the entities of a model need and a keyspace lacks.
func ownStatements(m *schema.Model, tables catalog) []string {
	var statements []string
	for _, e := range m.Entities() {
		if e.Internal || e.Absent {
			continue
		}
		name := kongTable(e)
		if shape := tables[name]; shape != nil {
			statements = append(statements, addedColumns(e, name, own, shape)...)
			continue
		}
		name = own + name
		if shape := tables[name]; shape != nil {
			statements = append(statements, addedColumns(e, name, "", shape)...)
			continue
		}
		statements = append(statements, ownTable(e, name)...)
	}
	return statements
}

// definition is a column that kongo makes.
type definition struct {
	name, typ string
	indexed   bool
}

// definitions lists the columns of an entity.
func definitions(e *schema.Entity) []definition {
	var columns []definition
	for _, c := range e.Columns() {
		f := c.Field
		columns = append(columns, definition{
			name: c.Name, typ: cqlType(f),
			indexed: c.Name != schema.PrimaryKey && (f.Unique || f.Type == schema.Foreign || f.Name == e.EndpointKey),
		})
	}
	if e.Workspaceable {
		columns = append(columns, definition{name: schema.ColumnWorkspace, typ: "uuid"})
	}
	if e.CompositeCacheKey() {
		columns = append(columns, definition{name: schema.ColumnCacheKey, typ: "text", indexed: true})
	}
	return columns
}

// cqlType is the type of a column that kongo makes. What has an inner structure is JSON.
func cqlType(f *schema.Field) string {
	texts := f.Elements != nil && f.Elements.Type == schema.String
	switch {
	case f.Type == schema.Foreign, f.Type == schema.String && f.UUID:
		return "uuid"
	case f.Timestamp && (f.Type == schema.Integer || f.Type == schema.Number):
		return "timestamp"
	case f.Type == schema.Integer:
		return "bigint"
	case f.Type == schema.Number:
		return "double"
	case f.Type == schema.Boolean:
		return "boolean"
	case f.Type == schema.Set && texts:
		return "set<text>"
	case f.Type == schema.Array && texts:
		return "list<text>"
	}
	return "text"
}

// ownTable makes a table of kongo's.
func ownTable(e *schema.Entity, name string) []string {
	var columns []string
	var indexes []string
	for _, c := range definitions(e) {
		columns = append(columns, quote(c.name)+" "+c.typ)
		if c.indexed {
			indexes = append(indexes, index(name, c.name))
		}
	}
	create := fmt.Sprintf("CREATE TABLE IF NOT EXISTS %s (%s, PRIMARY KEY (id))", quote(name), strings.Join(columns, ", "))
	return append([]string{create}, indexes...)
}

// addedColumns adds columns to a table that is there. The index of one may be missing though the column is not.
func addedColumns(e *schema.Entity, table, prefix string, s *shape) []string {
	var statements []string
	for _, c := range definitions(e) {
		if prefix != "" && s.columns[c.name] != "" {
			continue // a column of Kong's
		}
		name := prefix + c.name
		if s.columns[name] == "" {
			statements = append(statements, fmt.Sprintf("ALTER TABLE %s ADD %s %s", quote(table), quote(name), c.typ))
		}
		if c.indexed {
			statements = append(statements, index(table, name))
		}
	}
	return slices.Compact(statements)
}

func index(table, column string) string {
	return fmt.Sprintf("CREATE INDEX IF NOT EXISTS %s ON %s (%s)", quote(table+"_"+column+"_idx"), quote(table), quote(column))
}
