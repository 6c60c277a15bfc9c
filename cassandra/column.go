package cassandra

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"github.com/gocql/gocql"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

// column is one column of an entity's table.
type column struct {
	name string
	// member is the name of the value in documents.
	member string
	// typ is its type in CQL, without blanks.
	typ string
	// field is the description of the value, nil for the columns that every store adds.
	field *schema.Field
	// prefixed values have the id of their row's workspace in front, because they are unique within it.
	prefixed bool
	// added columns are kongo's, in a table of Kong's. Nodes of Kong leave them null, which stands for the default.
	added bool
}

// isJSON reports whether the values of c, or the elements of them, are texts of JSON.
func (c *column) isJSON() bool {
	if c.field == nil {
		return false
	}
	f := c.field
	if c.typ != "text" {
		f = f.Elements
	}
	return f != nil && f.Type != schema.String && f.Type != schema.Foreign
}

// scalar reports whether c holds one value.
func (c *column) scalar() bool { return !strings.Contains(c.typ, "<") }

// dest returns a place for a value of the column.
func (c *column) dest() any {
	switch c.typ {
	case "timestamp", "int", "bigint":
		return new(*int64)
	case "double":
		return new(*float64)
	case "boolean":
		return new(*bool)
	case "set<text>", "list<text>", "set<uuid>":
		return new([]string)
	case "map<text,frozen<set<text>>>":
		return new(map[string][]string)
	}
	return new(*string) // text, uuid
}

// encode turns the value of a document into that of the column.
func (c *column) encode(v any, ws string) (any, error) {
	if v == nil {
		return nil, nil
	}
	encoded, err := c.encodeValue(v, ws)
	if err != nil {
		return nil, fmt.Errorf("column %s: %w", c.name, err)
	}
	return encoded, nil
}

func (c *column) encodeValue(v any, ws string) (any, error) {
	switch c.typ {
	case "timestamp":
		switch v := v.(type) {
		case int64:
			return v * 1000, nil
		case float64:
			return int64(math.Round(v * 1000)), nil
		}
		return nil, fmt.Errorf("%v is no time", v)
	case "int", "bigint", "boolean":
		return v, nil
	case "double":
		if n, whole := v.(int64); whole {
			return float64(n), nil
		}
		return v, nil
	case "text":
		if c.isJSON() {
			return encodeJSON(v)
		}
		text, ok := v.(string)
		if !ok {
			return nil, fmt.Errorf("%v is no text", v)
		}
		if c.prefixed {
			text = ws + ":" + text
		}
		return text, nil
	case "uuid":
		if parent, ok := v.(map[string]any); ok {
			v = parent[schema.PrimaryKey]
		}
		text, _ := v.(string)
		return gocql.ParseUUID(text)
	case "set<text>", "list<text>", "set<uuid>":
		return c.encodeTexts(v)
	case "map<text,frozen<set<text>>>":
		m, _ := v.(map[string]any)
		encoded := make(map[string][]string, len(m))
		for k, list := range m {
			texts, err := toTexts(list)
			if err != nil {
				return nil, err
			}
			encoded[k] = texts
		}
		return encoded, nil
	}
	return v, nil
}

func (c *column) encodeTexts(v any) (any, error) {
	if !c.isJSON() {
		return toTexts(v)
	}
	list, _ := v.([]any)
	texts := make([]string, len(list))
	for i := range list {
		var err error
		if texts[i], err = encodeJSON(list[i]); err != nil {
			return nil, err
		}
	}
	return texts, nil
}

func toTexts(v any) ([]string, error) {
	list, _ := v.([]any)
	texts := make([]string, len(list))
	for i := range list {
		text, ok := list[i].(string)
		if !ok {
			return nil, fmt.Errorf("%v is no text", list[i])
		}
		texts[i] = text
	}
	return texts, nil
}

// decode turns what was read into a place of dest's into the value of a document.
func (c *column) decode(dest any) (any, error) {
	v, err := c.decodeValue(dest)
	if err != nil {
		return nil, fmt.Errorf("column %s: %w", c.name, err)
	}
	if v == nil && c.added && c.field.Default != nil && c.field.Default != schema.Null {
		copied := schema.Clone(map[string]any{c.member: c.field.Default}) // Normalize works in place
		return schema.Normalize(copied[c.member]), nil
	}
	return v, nil
}

func (c *column) decodeValue(dest any) (any, error) {
	switch d := dest.(type) {
	case **int64:
		if *d == nil {
			return nil, nil
		}
		if c.typ == "timestamp" {
			return schema.Normalize(float64(**d) / 1000), nil
		}
		return **d, nil
	case **float64:
		if *d != nil {
			return schema.Normalize(**d), nil
		}
	case **bool:
		if *d != nil {
			return **d, nil
		}
	case **string:
		if *d != nil {
			return c.decodeText(**d)
		}
	case *[]string:
		return c.decodeTexts(*d)
	case *map[string][]string:
		if len(*d) > 0 {
			m := make(map[string]any, len(*d))
			for k, texts := range *d {
				m[k] = fromTexts(texts)
			}
			return m, nil
		}
	}
	return nil, nil
}

// prefixLength is that of the id of a workspace.
const prefixLength = 36

func (c *column) decodeText(text string) (any, error) {
	switch {
	case c.typ == "uuid" && c.field != nil && c.field.Type == schema.Foreign:
		return map[string]any{schema.PrimaryKey: text}, nil
	case c.typ == "text" && c.isJSON():
		return decodeJSON(text)
	case c.prefixed && len(text) > prefixLength && text[prefixLength] == ':':
		return text[prefixLength+1:], nil // one without is older than workspaces
	}
	return text, nil
}

func (c *column) decodeTexts(texts []string) (any, error) {
	if len(texts) == 0 {
		return nil, nil // Cassandra does not tell empty from null
	}
	if !c.isJSON() {
		return fromTexts(texts), nil
	}
	list := make([]any, len(texts))
	for i := range texts {
		var err error
		if list[i], err = decodeJSON(texts[i]); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func fromTexts(texts []string) []any {
	list := make([]any, len(texts))
	for i := range texts {
		list[i] = texts[i]
	}
	return list
}

func encodeJSON(v any) (string, error) {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false) // people read these texts with cqlsh
	if err := encoder.Encode(v); err != nil {
		return "", err
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
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
