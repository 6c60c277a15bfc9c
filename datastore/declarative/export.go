package declarative

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// Export writes everything that a database holds as a document in YAML: each entity by itself, with ids, parents before
// children. Rows are as they are stored, hashed secrets included, and the document says so.
//
// Kong 3.9: declarative configuration, POST /config and command line.
func Export(ctx context.Context, db *datastore.DB, w io.Writer) error {
	return Write(db.Model(), w, time.Now(), func(e *schema.Entity, fn func(datastore.Document) error) error {
		return db.Each(ctx, e, datastore.Key{}, fn)
	})
}

// Exported reports whether the rows of an entity have a place in documents.
func Exported(e *schema.Entity) bool { return !e.NoExport && !e.Internal && e.Name != workspaces }

// Write writes a document as Export does, in which rows have the time to live that they had at a moment. Each calls fn with every
// row of an entity, as it is stored, until fn fails.
func Write(
	model *schema.Model, w io.Writer, now time.Time, each func(e *schema.Entity, fn func(datastore.Document) error) error,
) error {
	out := bufio.NewWriterSize(w, flushAt)
	fmt.Fprintf(out, "_format_version: '%s'\n_transform: false\n", FormatVersion)
	var b []byte
	for _, e := range model.Entities() {
		if !Exported(e) {
			continue
		}
		first := true
		err := each(e, func(row datastore.Document) error {
			b = b[:0]
			if first {
				b = append(appendYAMLText(b, e.Name), ":\n"...)
				first = false
			}
			b = appendYAMLList(b, 0, []any{exported(e, row, now)})
			_, err := out.Write(b)
			return err
		})
		if err != nil {
			return fmt.Errorf("export %s: %w", e.Name, err)
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}

// exported is a row as an entry of a document.
func exported(e *schema.Entity, row datastore.Document, now time.Time) members {
	var m members
	for i := range e.Fields {
		f := &e.Fields[i]
		v, ok := row[f.Name]
		switch {
		case !ok || f.Transient:
			continue
		case f.Type == schema.Foreign && v != nil:
			v = datastore.ForeignID(row, f.Name)
		}
		m = append(m, memberValue{f.Name, v})
	}
	if expiry, ok := row[schema.ColumnTTL].(int64); ok && e.TTL {
		left := math.Ceil(float64(expiry) - float64(now.UnixMilli())/1000)
		m = append(m, memberValue{schema.ColumnTTL, int64(max(left, 1))})
	}
	return m
}
