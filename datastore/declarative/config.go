package declarative

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/compact"
	"github.com/kongo-gateway/kongo/memory"
)

// Config is a valid configuration: the rows of every entity. It is read-only and safe for concurrent use, save for Load of a
// Loader, which takes it over.
type Config struct {
	// Hash tells configurations apart: that of the text, NoHash if there are no entities.
	Hash   string
	tables []configTable
}

// configTable is the rows of one entity. Parents come before children.
type configTable struct {
	codec *compact.Codec
	rows  []compact.Row
	// shown are the rows as they were before transformations, and ttls the seconds they have to live, by position; those of
	// which there is nothing to say are missing.
	shown map[int]compact.Row
	ttls  map[int]int64
}

// take takes over the rows of a document.
func (c *Config) take(p *Parser, d *document) {
	tables := make(map[*kind]*configTable, len(p.kinds))
	counts := map[*kind]int{}
	for _, e := range d.all {
		counts[e.kind]++
	}
	for _, k := range p.kinds {
		if k.codec != nil && k.entity.Name != workspaces {
			tables[k] = &configTable{codec: k.codec, rows: make([]compact.Row, 0, counts[k])}
		}
	}
	for _, e := range d.all {
		if t := tables[e.kind]; t != nil {
			t.add(e)
		}
	}
	empty := true
	for _, k := range p.kinds {
		if t := tables[k]; t != nil && len(t.rows) > 0 {
			c.tables = append(c.tables, *t)
			empty = false
		}
	}
	if empty {
		c.Hash = NoHash
	}
}

// workspaces are not part of a configuration: there is one, and everything belongs to it.
const workspaces = "workspaces"

func (t *configTable) add(e *entry) {
	if e.shown != (compact.Row{}) {
		if t.shown == nil {
			t.shown = map[int]compact.Row{}
		}
		t.shown[len(t.rows)] = e.shown
	}
	if e.ttl > 0 {
		if t.ttls == nil {
			t.ttls = map[int]int64{}
		}
		t.ttls[len(t.rows)] = e.ttl
	}
	t.rows = append(t.rows, e.row)
}

// entities counts the rows.
func (c *Config) entities() int {
	n := 0
	for i := range c.tables {
		n += len(c.tables[i].rows)
	}
	return n
}

// WriteJSON writes the configuration as POST /config answers it: {"services": {"<id>": {…}}}, with all defaults, and with
// secrets as they were given.
func (c *Config) WriteJSON(w io.Writer) error {
	b := []byte{'{'}
	for i := range c.tables {
		t := &c.tables[i]
		if i > 0 {
			b = append(b, ',')
		}
		b = append(strconv.AppendQuote(b, t.codec.Entity().Name), ":{"...)
		for j, row := range t.rows {
			if shown, ok := t.shown[j]; ok {
				row = shown
			}
			if j > 0 {
				b = append(b, ',')
			}
			b = append(strconv.AppendQuote(b, row.ID), ':')
			b = t.codec.AppendJSON(b, row)
			if ttl := t.ttls[j]; ttl > 0 {
				b = append(b[:len(b)-1], `,"ttl":`...)
				b = append(strconv.AppendInt(b, ttl, 10), '}')
			}
			if len(b) > flushAt {
				if _, err := w.Write(b); err != nil {
					return fmt.Errorf("write a configuration: %w", err)
				}
				b = b[:0]
			}
		}
		b = append(b, '}')
	}
	if _, err := w.Write(append(b, '}')); err != nil {
		return fmt.Errorf("write a configuration: %w", err)
	}
	return nil
}

// flushAt is how many bytes are written at a time.
const flushAt = 64 << 10

// Import puts the rows into a database, in the place of those with their ids or beside what is there. The workspace of the
// parser has to be that of db. The first row that the store refuses ends the import; those before it stay.
//
// Kong 3.9: command line, config db_import.
func (c *Config) Import(ctx context.Context, db *datastore.DB) error {
	for i := range c.tables {
		t := &c.tables[i]
		for _, row := range t.rows {
			if err := db.Import(ctx, t.codec.Entity(), t.codec.Decode(row)); err != nil {
				return fmt.Errorf("import %s %s: %w", t.codec.Entity().Name, row.ID, err)
			}
		}
	}
	return nil
}

// replace makes the rows all that a store holds.
func (c *Config) replace(ctx context.Context, store *memory.Store) error {
	rows := make([]memory.Rows, len(c.tables))
	for i := range c.tables {
		// The store puts rows in an order of its own, the configuration has to stay in that of the document.
		rows[i] = memory.Rows{Entity: c.tables[i].codec.Entity(), Rows: append([]compact.Row(nil), c.tables[i].rows...)}
	}
	return store.Replace(ctx, rows...)
}
