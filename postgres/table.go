package postgres

import (
	"fmt"
	"strings"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// table is the table of one entity. It is immutable.
type table struct {
	entity  *schema.Entity
	columns []column

	quoted string
	// list reads all columns, behind the alias r.
	list   string
	insert string
	update string
}

func newTable(e *schema.Entity) *table {
	t := &table{entity: e, columns: columnsOf(e), quoted: quote(e.TableName())}
	var read, names, values, assigned []string
	for i := range t.columns {
		c := &t.columns[i]
		read = append(read, c.read())
		names = append(names, quote(c.name))
		values = append(values, c.write(i+1))
		assigned = append(assigned, quote(c.name)+" = "+c.write(i+1))
	}
	t.list = strings.Join(read, ", ")
	t.insert = fmt.Sprintf("INSERT INTO %s AS r (%s) VALUES (%s)", t.quoted, strings.Join(names, ", "), strings.Join(values, ", "))
	// The id is assigned to itself: like the others it is a parameter, which has to stand somewhere.
	t.update = fmt.Sprintf("UPDATE %s AS r SET %s WHERE r.id = $%d%s",
		t.quoted, strings.Join(assigned, ", "), t.position(schema.PrimaryKey)+1, t.alive())
	return t
}

// position is the index of the column that holds a member of documents, -1 if there is none.
func (t *table) position(member string) int {
	for i := range t.columns {
		if t.columns[i].member == member {
			return i
		}
	}
	return -1
}

// column returns the column that holds a member of documents, nil if there is none.
func (t *table) column(member string) *column {
	if i := t.position(member); i >= 0 {
		return &t.columns[i]
	}
	return nil
}

// alive is the condition, behind others, that the time of r is not over.
func (t *table) alive() string {
	if !t.entity.TTL {
		return ""
	}
	return " AND (r.ttl IS NULL OR r.ttl >= CURRENT_TIMESTAMP)"
}

// uniqueAnywhere are the unique fields, by their tables, that Kong's tables keep unique in all workspaces although their
// descriptions say in each.
var uniqueAnywhere = map[string]string{"key_sets": "name", "keys": "name", "filter_chains": "name"}

// constraint lists the columns that make a field unique; nil if it is not.
func (t *table) constraint(field string) []string {
	c := t.column(field)
	switch {
	case c == nil:
		return nil
	case field == schema.PrimaryKey, field == schema.ColumnCacheKey:
		return []string{c.name}
	case !c.field.Unique:
		return nil
	case t.entity.Workspaceable && !c.field.UniqueAcrossWorkspaces && uniqueAnywhere[t.entity.TableName()] != field:
		return []string{schema.ColumnWorkspace, c.name}
	}
	return []string{c.name}
}

// upsert is the statement that inserts a row or replaces the one that equals it in a unique field, and yields its id. A row
// of another workspace is not replaced; then there is no id.
func (t *table) upsert(field string) (string, error) {
	target := t.constraint(field)
	if target == nil {
		return "", fmt.Errorf("%s is not unique", field)
	}
	var assigned []string
	for _, c := range t.columns {
		if c.name != schema.PrimaryKey {
			assigned = append(assigned, fmt.Sprintf("%[1]s = excluded.%[1]s", quote(c.name)))
		}
	}
	own := ""
	if uniqueAnywhere[t.entity.TableName()] == field {
		own = " WHERE r.ws_id = excluded.ws_id"
	}
	return fmt.Sprintf("%s ON CONFLICT (%s) DO UPDATE SET %s%s RETURNING r.id",
		t.insert, quoteAll(target), strings.Join(assigned, ", "), own), nil
}

// values are the parameters of insert, update and upsert.
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

// document makes a document of a row of t.list.
func (t *table) document(row cells) (datastore.Document, error) {
	doc := make(datastore.Document, len(t.columns))
	for i := range t.columns {
		v, err := t.columns[i].decode(row[i])
		if err != nil {
			return nil, err
		}
		doc[t.columns[i].member] = v
	}
	return doc, nil
}
