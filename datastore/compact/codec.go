package compact

import (
	"strings"
	"sync"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// Row is an encoded row. It never changes.
type Row struct {
	ID        string
	Workspace string // ws_id, "" where the entity belongs to none
	CacheKey  string // cache_key, "" where the entity has none
	Expires   int64  // Unix seconds, 0 for never
	text      string
}

// Codec encodes the rows of one entity. It is safe for concurrent use.
type Codec struct {
	entity  *schema.Entity
	members []member
	buffers sync.Pool // of *[]byte, in which texts are written
}

// member is a field as it stands in texts.
type member struct {
	name string
	key  string // "name": with its quotes and colon
	// usual is the encoded value of rows in whose text the member is missing; "" if it is missing in the row, too.
	usual string
}

// NewCodec returns the codec for an entity.
func NewCodec(e *schema.Entity) *Codec {
	c := &Codec{entity: e, buffers: sync.Pool{New: func() any { return new([]byte) }}}
	usual := e.Complete(datastore.Document{})
	for i := range e.Fields {
		f := &e.Fields[i]
		if f.Transient {
			continue
		}
		m := member{name: f.Name, key: string(appendString(nil, f.Name)) + ":"}
		if v, ok := usual[f.Name]; ok {
			m.usual = string(appendValue(nil, v))
		}
		c.members = append(c.members, m)
	}
	return c
}

// Entity returns the entity whose rows c encodes.
func (c *Codec) Entity() *schema.Entity { return c.entity }

// Encode encodes a row. What its entity does not describe is left out, except for the columns that every store adds.
func (c *Codec) Encode(row datastore.Document) Row {
	buffer := c.buffers.Get().(*[]byte)
	defer c.buffers.Put(buffer)
	b := append((*buffer)[:0], '{')
	for i := range c.members {
		m := &c.members[i]
		v, ok := row[m.name]
		if !ok {
			continue
		}
		start := len(b)
		if start > 1 {
			b = append(b, ',')
		}
		b = append(b, m.key...)
		value := len(b)
		b = appendValue(b, v)
		if string(b[value:]) == m.usual {
			b = b[:start]
		}
	}
	*buffer = append(b, '}')
	r := Row{text: string(*buffer), ID: datastore.DocumentID(row)}
	if at := strings.Index(r.text, r.ID); at >= 0 {
		r.ID = r.text[at : at+len(r.ID)] // one string less to keep
	}
	r.Workspace, _ = row[schema.ColumnWorkspace].(string)
	r.CacheKey, _ = row[schema.ColumnCacheKey].(string)
	r.Expires, _ = row[schema.ColumnTTL].(int64)
	return r
}

// Decode returns the row. The document belongs to the caller.
func (c *Codec) Decode(r Row) datastore.Document {
	row := make(datastore.Document, len(c.members)+3)
	c.each(r, func(m *member, value string) { row[m.name] = decode(value) })
	if r.Workspace != "" {
		row[schema.ColumnWorkspace] = r.Workspace
	}
	if r.CacheKey != "" {
		row[schema.ColumnCacheKey] = r.CacheKey
	}
	if r.Expires != 0 {
		row[schema.ColumnTTL] = r.Expires
	}
	return row
}

// AppendJSON appends the fields of the row as a JSON object, without the columns that stores add.
func (c *Codec) AppendJSON(b []byte, r Row) []byte {
	b = append(b, '{')
	start := len(b)
	c.each(r, func(m *member, value string) {
		if len(b) > start {
			b = append(b, ',')
		}
		b = append(b, m.key...)
		b = append(b, value...)
	})
	return append(b, '}')
}

// each calls fn with every member of a row and its encoded value, in the order of the fields.
func (c *Codec) each(r Row, fn func(m *member, value string)) {
	rest := r.text[1:]
	for i := range c.members {
		m := &c.members[i]
		if !strings.HasPrefix(rest, m.key) {
			if m.usual != "" {
				fn(m, m.usual)
			}
			continue
		}
		rest = rest[len(m.key):]
		n := valueLength(rest)
		fn(m, rest[:n])
		rest = rest[n+1:] // with the comma or brace behind it
	}
}

// Texts calls fn with the values of the fields that are text, sets or lists of text, or references, each as text: of sets and
// lists with every element, of references with the id they point to. Nulls are left out.
func (c *Codec) Texts(r Row, fn func(field, value string)) {
	c.each(r, func(m *member, value string) {
		switch value[0] {
		case '"':
			fn(m.name, decodeString(value))
		case '{':
			if id, ok := strings.CutPrefix(value, `{"id":`); ok && c.entity.Field(m.name).Type == schema.Foreign {
				fn(m.name, decodeString(strings.TrimSuffix(id, "}")))
			}
		case '[':
			eachElement(value, func(element string) {
				if element[0] == '"' {
					fn(m.name, decodeString(element))
				}
			})
		}
	})
}
