package datastore

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

// PathKey is the key that a segment of a path stands for: the id if it looks like one, otherwise the value of the entity's
// endpoint key. It fails with an *Error of CodeInvalidPrimaryKey where there is no endpoint key, and of CodeInvalidUnique
// where the value can't be one.
func (db *DB) PathKey(e *schema.Entity, segment string) (Key, error) {
	if schema.IsUUID(segment) {
		return ID(strings.ToLower(segment)), nil
	}
	if e.EndpointKey == "" {
		return Key{}, invalidPrimaryKey(Document{schema.PrimaryKey: schema.ValidateID(segment)})
	}
	if reason := e.ValidateField(e.EndpointKey, segment); reason != "" {
		return Key{}, invalidUnique(e.EndpointKey, reason)
	}
	return Key{Field: e.EndpointKey, Value: segment}, nil
}

// Select returns the entity that key addresses, or an *Error of CodeNotFound.
func (db *DB) Select(ctx context.Context, e *schema.Entity, key Key) (Document, error) {
	row, err := db.selectRow(ctx, e, key)
	if err != nil {
		return nil, err
	}
	return db.shown(ctx, e, row)
}

// selectRow returns a row as it is stored.
func (db *DB) selectRow(ctx context.Context, e *schema.Entity, key Key) (Document, error) {
	return db.selectIn(ctx, e, key, db.scope(e))
}

// selectIn returns a row of a workspace, or of any where ws is "".
func (db *DB) selectIn(ctx context.Context, e *schema.Entity, key Key, ws string) (Document, error) {
	if !schema.Storable(key.Value) {
		return nil, notFound(key) // and a store may even fail over it
	}
	row, err := db.store.Select(ctx, e, key, ws)
	if errors.Is(err, ErrNotFound) {
		return nil, notFound(key)
	}
	if err != nil {
		return nil, fmt.Errorf("select %s: %w", e.Name, err)
	}
	return row, nil
}

// scope is the workspace that rows of e are looked up in.
func (db *DB) scope(e *schema.Entity) string {
	if e.Workspaceable {
		return db.Workspace()
	}
	return ""
}

// shown turns a stored row into an answer.
func (db *DB) shown(ctx context.Context, e *schema.Entity, row Document) (Document, error) {
	if expiry, ok := row[schema.ColumnTTL]; ok && e.TTL {
		row[schema.ColumnTTL] = remaining(expiry, time.Now())
	}
	row = e.Shown(e.Complete(row))
	if err := rulesOf(e).show(ctx, db, row); err != nil {
		return nil, err
	}
	return row, nil
}

// remaining turns a moment of expiry into the whole seconds left.
func remaining(expiry any, now time.Time) any {
	at, ok := expiry.(int64)
	if !ok {
		return nil
	}
	return int64(math.Floor(float64(at) - float64(now.UnixMilli())/1000))
}

// PageOptions selects a page of entities.
type PageOptions struct {
	Size   int
	Offset string
	// Parent limits the page to the children of a row: Field names the foreign field, Value the parent's id.
	Parent Key
	Tags   []string
	AnyTag bool
}

// Page returns entities and the token of the next page, "" at the end.
func (db *DB) Page(ctx context.Context, e *schema.Entity, opts PageOptions) ([]Document, string, error) {
	page, err := db.store.Page(ctx, e, Query{
		Size: opts.Size, Offset: opts.Offset, Workspace: db.scope(e),
		Parent: opts.Parent, Tags: opts.Tags, AnyTag: opts.AnyTag,
	})
	if err != nil {
		return nil, "", fmt.Errorf("page %s: %w", e.Name, err)
	}
	for i, row := range page.Rows {
		if page.Rows[i], err = db.shown(ctx, e, row); err != nil {
			return nil, "", err
		}
	}
	return page.Rows, page.Next, nil
}

// eachPage is the number of rows that Each reads at a time.
const eachPage = 1000

// Each calls fn with every row of every workspace, completed but without what only answers show, until fn fails. This is
// how the data plane loads: it routes what any workspace holds.
func (db *DB) Each(ctx context.Context, e *schema.Entity, parent Key, fn func(Document) error) error {
	q := Query{Size: eachPage, Parent: parent}
	for {
		page, err := db.store.Page(ctx, e, q)
		if err != nil {
			return fmt.Errorf("read all %s: %w", e.Name, err)
		}
		for _, row := range page.Rows {
			if err := fn(e.Complete(row)); err != nil {
				return err
			}
		}
		if page.Next == "" {
			return nil
		}
		q.Offset = page.Next
	}
}

// Find returns the row that key addresses in any workspace, in the form of Each, or an *Error of CodeNotFound.
func (db *DB) Find(ctx context.Context, e *schema.Entity, key Key) (Document, error) {
	row, err := db.selectIn(ctx, e, key, "")
	if err != nil {
		return nil, err
	}
	return e.Complete(row), nil
}

// Tags lists tags with the entities that bear them.
func (db *DB) Tags(ctx context.Context, q TagQuery) (TagPage, error) {
	page, err := db.store.Tags(ctx, q)
	if err != nil {
		return TagPage{}, fmt.Errorf("tags: %w", err)
	}
	return page, nil
}
