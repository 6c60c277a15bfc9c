package sqlite

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

// encoding says how the values of a column are written.
type encoding uint8

const (
	plain     encoding = iota // text and whole numbers, as they are
	number                    // whole numbers and fractions
	boolean                   // 0 and 1
	reference                 // a foreign field, as the id it points to
	document                  // lists, sets, maps and records, as JSON
)

// column is one column of an entity's table.
type column struct {
	name string
	// member is the name of the value in documents.
	member   string
	affinity string
	encoding encoding
	// field is the description of the value, nil for the columns that every store adds.
	field *schema.Field
}

// columnsOf lists the columns of an entity's table, those of the fields first.
func columnsOf(e *schema.Entity) []column {
	var columns []column
	for _, c := range e.Columns() {
		columns = append(columns, fieldColumn(c))
	}
	added := func(name, affinity string) {
		columns = append(columns, column{name: name, member: name, affinity: affinity})
	}
	if e.Workspaceable {
		added(schema.ColumnWorkspace, "TEXT")
	}
	if e.CompositeCacheKey() {
		added(schema.ColumnCacheKey, "TEXT")
	}
	if e.TTL {
		added(schema.ColumnTTL, "INTEGER")
	}
	return columns
}

func fieldColumn(c schema.Column) column {
	column := column{name: c.Name, member: c.Field.Name, affinity: "TEXT", field: c.Field}
	switch c.Field.Type {
	case schema.String:
	case schema.Integer:
		column.affinity = "INTEGER"
	case schema.Number:
		column.affinity, column.encoding = "NUMERIC", number
	case schema.Boolean:
		column.affinity, column.encoding = "INTEGER", boolean
	case schema.Foreign:
		column.encoding = reference
	default:
		column.encoding = document
	}
	return column
}

// encode turns the value of a document into that of the column.
func (c *column) encode(v any) (any, error) {
	if v == nil {
		return nil, nil
	}
	switch c.encoding {
	case reference:
		parent, _ := v.(map[string]any)
		id, ok := parent[schema.PrimaryKey].(string)
		if !ok {
			return nil, fmt.Errorf("column %s: %v is no reference", c.name, v)
		}
		return id, nil
	case document:
		text, err := encodeJSON(v)
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", c.name, err)
		}
		return text, nil
	}
	return v, nil
}

// decode turns the value of the column into that of a document.
func (c *column) decode(v any) (any, error) {
	if v == nil {
		return nil, nil
	}
	switch c.encoding {
	case number:
		return schema.Normalize(v), nil
	case boolean:
		return v != int64(0), nil
	case reference:
		return map[string]any{schema.PrimaryKey: v}, nil
	case document:
		text, _ := v.(string)
		decoded, err := decodeJSON(text)
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", c.name, err)
		}
		return decoded, nil
	}
	return v, nil
}

func encodeJSON(v any) (string, error) {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false) // people read these texts with the sqlite3 shell
	if err := encoder.Encode(v); err != nil {
		return "", err
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}

func decodeJSON(text string) (any, error) {
	if list, ok := plainList(text); ok {
		return list, nil
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber() // whole numbers beyond 2^53 keep their digits
	var v any
	if err := decoder.Decode(&v); err != nil {
		return nil, err
	}
	return schema.Normalize(v), nil
}

// plainList reads the most common of these texts, a list of strings without escapes, in a fraction of the time.
func plainList(text string) ([]any, bool) {
	inner, opened := strings.CutPrefix(text, `["`)
	inner, closed := strings.CutSuffix(inner, `"]`)
	if !opened || !closed || strings.Contains(inner, `\`) {
		return nil, false
	}
	parts := strings.Split(inner, `","`)
	list := make([]any, len(parts))
	for i, part := range parts {
		if strings.Contains(part, `"`) {
			return nil, false // something else than strings is among them
		}
		list[i] = part
	}
	return list, true
}
