package sqlite

import (
	"database/sql"
	"fmt"
	"strings"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// table is the table of one entity. It is immutable.
type table struct {
	entity  *schema.Entity
	columns []column

	// quoted is the table's name in statements, list its columns, both behind the alias r.
	quoted string
	list   string
	insert string
	update string
}

func newTable(e *schema.Entity) *table {
	t := &table{entity: e, columns: columnsOf(e), quoted: quote(e.TableName())}
	names := make([]string, len(t.columns))
	read := make([]string, len(t.columns))
	var assigned []string
	for i, c := range t.columns {
		names[i] = quote(c.name)
		read[i] = "r." + names[i]
		if c.name != schema.PrimaryKey {
			assigned = append(assigned, names[i]+" = ?")
		}
	}
	t.list = strings.Join(read, ", ")
	t.insert = fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)",
		t.quoted, strings.Join(names, ", "), placeholders(len(names)))
	t.update = fmt.Sprintf("UPDATE %s SET %s WHERE id = ?%s", t.quoted, strings.Join(assigned, ", "), t.alive(t.quoted))
	return t
}

// quote makes an identifier of a name.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// quoteText makes a text literal.
func quoteText(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

func placeholders(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

// position is the index of the column that holds a member of documents.
func (t *table) position(member string) int {
	for i := range t.columns {
		if t.columns[i].member == member {
			return i
		}
	}
	return -1
}

// column returns the column that holds a field, or an error that names both.
func (t *table) column(field string) (*column, error) {
	i := t.position(field)
	if i < 0 {
		return nil, fmt.Errorf("%s has no column for %s", t.entity.Name, field)
	}
	return &t.columns[i], nil
}

// alive is the condition, behind others, that a row's time is not over.
func (t *table) alive(alias string) string {
	if !t.entity.TTL {
		return ""
	}
	return fmt.Sprintf(" AND (%[1]s.ttl IS NULL OR %[1]s.ttl >= unixepoch('subsec'))", alias)
}

// unique lists the columns of the constraint that makes field unique, the field's own first so that its index also serves
// look-ups in all workspaces; nil if the field is not unique.
func (t *table) unique(field string) []string {
	c, err := t.column(field)
	switch {
	case err != nil:
		return nil
	case field == schema.PrimaryKey, field == schema.ColumnCacheKey:
		return []string{field}
	case c.field == nil || !c.field.Unique:
		return nil
	case t.entity.Workspaceable && !c.field.UniqueAcrossWorkspaces:
		return []string{c.name, schema.ColumnWorkspace}
	}
	return []string{c.name}
}

// upsert is the statement that inserts a row or replaces the one that equals it in a unique field.
func (t *table) upsert(field string) (string, error) {
	target := t.unique(field)
	if target == nil {
		return "", fmt.Errorf("%s is not unique in %s", field, t.entity.Name)
	}
	var assigned []string
	for _, c := range t.columns {
		if c.name != schema.PrimaryKey {
			assigned = append(assigned, fmt.Sprintf("%[1]s = excluded.%[1]s", quote(c.name)))
		}
	}
	return fmt.Sprintf("%s ON CONFLICT (%s) DO UPDATE SET %s RETURNING id",
		t.insert, quoteAll(target), strings.Join(assigned, ", ")), nil
}

func quoteAll(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = quote(n)
	}
	return strings.Join(quoted, ", ")
}

// values are the arguments of insert and upsert: those of row, in the order of the columns.
func (t *table) values(row datastore.Document) ([]any, error) {
	values := make([]any, len(t.columns))
	for i := range t.columns {
		v, err := t.columns[i].encode(row[t.columns[i].member])
		if err != nil {
			return nil, err
		}
		values[i] = v
	}
	return values, nil
}

// scanner turns the rows of one query for t.list into documents.
type scanner struct {
	table *table
	cells []any
	dest  []any
}

func (t *table) scanner() *scanner {
	s := &scanner{table: t, cells: make([]any, len(t.columns)), dest: make([]any, len(t.columns))}
	for i := range s.cells {
		s.dest[i] = &s.cells[i]
	}
	return s
}

func (s *scanner) scan(rows *sql.Rows) (datastore.Document, error) {
	if err := rows.Scan(s.dest...); err != nil {
		return nil, err
	}
	doc := make(datastore.Document, len(s.cells))
	for i, v := range s.cells {
		c := &s.table.columns[i]
		decoded, err := c.decode(v)
		if err != nil {
			return nil, err
		}
		doc[c.member] = decoded
	}
	return doc, nil
}
