package datastore

import (
	"context"
	"errors"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

// Import stores a row that is complete and valid already, in the form of Stored, in the place of the one with its id or as
// a new one, and tells of the change. Nothing is looked at but what the store refuses, which is of type *Error.
func (db *DB) Import(ctx context.Context, e *schema.Entity, row Document) error {
	key := ID(DocumentID(row))
	c := change{entity: e, op: Updated, new: row, ws: db.Workspace()}
	var err error
	if c.old, err = db.store.Select(ctx, e, key, ""); errors.Is(err, ErrNotFound) {
		c.op, err = Created, nil
	}
	if err == nil {
		_, err = db.store.Upsert(ctx, e, schema.PrimaryKey, row)
	}
	if err != nil {
		return db.refused(ctx, e, key, row, "upsert", err)
	}
	db.published(ctx, c)
	return nil
}
