package postgres

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

// column is one column of an entity's table.
//
// Kong 3.9: PostgreSQL, columns of an entity.
type column struct {
	name string
	// member is the name of the value in documents.
	member string
	// field is the description of the value.
	field *schema.Field
}

// The columns that stand beside those of the fields.
var (
	workspaceField = schema.Field{Name: schema.ColumnWorkspace, Type: schema.String, UUID: true}
	cacheKeyField  = schema.Field{Name: schema.ColumnCacheKey, Type: schema.String}
	expiryField    = schema.Field{Name: schema.ColumnTTL, Type: schema.Integer, Timestamp: true}
)

// columnsOf lists the columns of an entity's table, those of the fields first.
func columnsOf(e *schema.Entity) []column {
	var columns []column
	add := func(name string, f *schema.Field) {
		columns = append(columns, column{name: name, member: f.Name, field: f})
	}
	for _, c := range e.Columns() {
		add(c.Name, c.Field)
	}
	if e.Workspaceable {
		add(workspaceField.Name, &workspaceField)
	}
	if e.CompositeCacheKey() {
		add(cacheKeyField.Name, &cacheKeyField)
	}
	if e.TTL {
		add(expiryField.Name, &expiryField)
	}
	return columns
}

// read is the expression that yields the value. Moments are numbers of seconds, so that no time zone meddles with them.
func (c *column) read() string {
	if c.field.Timestamp {
		return fmt.Sprintf("extract(epoch FROM %s)", quote(c.name))
	}
	return quote(c.name)
}

// write is the expression that makes the value of the n-th parameter.
func (c *column) write(n int) string {
	if c.field.Timestamp {
		return fmt.Sprintf("to_timestamp($%d::double precision)", n)
	}
	return fmt.Sprintf("$%d", n)
}

// encode turns the value of a document into that of a parameter.
func (c *column) encode(v any) (any, error) {
	if v == nil {
		return nil, nil
	}
	text, err := encode(c.field, v)
	if err != nil {
		return nil, fmt.Errorf("column %s: %w", c.name, err)
	}
	return text, nil
}

func encode(f *schema.Field, v any) (string, error) {
	switch f.Type {
	case schema.Foreign:
		parent, _ := v.(map[string]any)
		id, ok := parent[schema.PrimaryKey].(string)
		if !ok {
			return "", fmt.Errorf("%v is no reference", v)
		}
		return id, nil
	case schema.Array, schema.Set:
		return encodeList(f, v)
	case schema.Map, schema.Record, schema.JSON:
		return encodeJSON(v)
	}
	switch v := v.(type) {
	case string:
		return v, nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64), nil
	case bool:
		return strconv.FormatBool(v), nil
	}
	return "", fmt.Errorf("%T is no %s", v, f.Type)
}

func encodeList(f *schema.Field, v any) (string, error) {
	list, ok := v.([]any)
	if !ok {
		return "", fmt.Errorf("%T is no list", v)
	}
	elements := make([]string, len(list))
	for i, element := range list {
		var err error
		if inJSON(f.Elements) {
			elements[i], err = encodeJSON(element)
		} else {
			elements[i], err = encode(f.Elements, element)
		}
		if err != nil {
			return "", err
		}
	}
	return arrayOf(elements), nil
}

// inJSON reports whether the elements of a list are JSON documents of their own.
func inJSON(f *schema.Field) bool {
	switch f.Type {
	case schema.Map, schema.Record, schema.Array, schema.Set:
		return true
	}
	return false
}

// decode turns the text of a column into the value of a document.
func (c *column) decode(cell []byte) (any, error) {
	if cell == nil {
		return nil, nil
	}
	v, err := decode(c.field, string(cell))
	if err != nil {
		return nil, fmt.Errorf("column %s: %w", c.name, err)
	}
	return v, nil
}

func decode(f *schema.Field, text string) (any, error) {
	switch f.Type {
	case schema.String:
		return text, nil
	case schema.Foreign:
		return map[string]any{schema.PrimaryKey: text}, nil
	case schema.Boolean:
		return text == "t", nil
	case schema.Integer:
		if f.Timestamp {
			return decodeMoment(text, 1)
		}
		return strconv.ParseInt(text, 10, 64)
	case schema.Number:
		if f.Timestamp {
			return decodeMoment(text, 1000)
		}
		v, err := strconv.ParseFloat(text, 64)
		return schema.Normalize(v), err
	case schema.Array, schema.Set:
		return decodeList(f, text)
	}
	return decodeJSON(text)
}

// decodeMoment cuts seconds since 1970 to a fraction of a second. Moments that are no number, such as infinity, are null.
func decodeMoment(text string, fraction float64) (any, error) {
	seconds, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil:
		return nil, err
	case math.IsInf(seconds, 0):
		return nil, nil
	case fraction == 1:
		return int64(math.Floor(seconds)), nil
	}
	return schema.Normalize(math.Round(seconds*fraction) / fraction), nil
}

func decodeList(f *schema.Field, text string) (any, error) {
	list := []any{}
	err := parseArray(text, func(element string, null bool) error {
		if null {
			list = append(list, nil)
			return nil
		}
		var v any
		var err error
		if inJSON(f.Elements) {
			v, err = decodeJSON(element)
		} else {
			v, err = decode(f.Elements, element)
		}
		list = append(list, v)
		return err
	})
	return list, err
}

func encodeJSON(v any) (string, error) {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(v)
	return strings.TrimSuffix(b.String(), "\n"), err
}

func decodeJSON(text string) (any, error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber() // whole numbers beyond 2^53 keep their digits
	var v any
	if err := decoder.Decode(&v); err != nil {
		return nil, err
	}
	return schema.Normalize(v), nil
}
