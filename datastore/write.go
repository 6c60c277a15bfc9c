package datastore

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

// Insert adds an entity and returns it as it is stored. input is not changed.
//
// Errors that are the client's fault are of type *Error.
func (db *DB) Insert(ctx context.Context, e *schema.Entity, input Document) (Document, error) {
	row, err := db.prepare(ctx, e, input, schema.Insert)
	if err != nil {
		return nil, err
	}
	if err := db.store.Insert(ctx, e, row); err != nil {
		return nil, db.refused(ctx, e, row, "insert", err)
	}
	db.published(ctx, change{entity: e, op: Created, new: row, ws: db.workspace})
	return db.shown(e, schema.Clone(row)), nil
}

// Upsert replaces the entity that key addresses as a whole, or creates it, and returns it. The key wins over what input
// says of the same field.
func (db *DB) Upsert(ctx context.Context, e *schema.Entity, key Key, input Document) (Document, error) {
	input = schema.Clone(input)
	if input == nil {
		input = Document{}
	}
	if !key.IsID() {
		// The row keeps the id it has, or gets a random one.
		delete(input, schema.PrimaryKey)
	}
	input[key.Field] = key.Value
	row, err := db.prepare(ctx, e, input, schema.Upsert)
	if err != nil {
		return nil, err
	}
	old, err := db.selectRow(ctx, e, key)
	if err != nil && ErrorCode(err) != CodeNotFound {
		return nil, err
	}
	id, err := db.store.Upsert(ctx, e, key.Field, row)
	if err != nil {
		return nil, db.refused(ctx, e, row, "upsert", err)
	}
	row[schema.PrimaryKey] = id
	c := change{entity: e, op: Updated, old: old, new: row, ws: db.workspace}
	if old == nil {
		c.op = Created
	}
	db.published(ctx, c)
	return db.shown(e, schema.Clone(row)), nil
}

// Update lays changes over the entity that key addresses and returns the result. It fails with an *Error of CodeNotFound if
// there is none, or if changes give another id.
func (db *DB) Update(ctx context.Context, e *schema.Entity, key Key, changes Document) (Document, error) {
	ttl, changes, err := takeTTL(e, changes)
	if err != nil {
		return nil, err
	}
	prepared, errs := e.Prepare(changes, schema.Update, time.Now())
	if errs != nil {
		return nil, SchemaViolation(errs)
	}
	old, err := db.selectRow(ctx, e, key)
	if err != nil {
		return nil, err
	}
	if id, ok := prepared[schema.PrimaryKey]; ok && key.IsID() && lowerID(id) != key.Value {
		return nil, notFound(key)
	}
	prepared[schema.PrimaryKey] = old[schema.PrimaryKey]
	if err := db.resolveForeign(ctx, e, prepared); err != nil {
		return nil, err
	}
	stored := e.Complete(schema.Clone(old))
	row := e.Merge(stored, prepared)
	if errs := e.Validate(row, schema.ValidateOptions{Partial: true, Input: changes, Stored: stored}); errs != nil {
		return nil, SchemaViolation(errs)
	}
	if e.TTL {
		row[schema.ColumnTTL] = old[schema.ColumnTTL]
		if ttl != nil {
			row[schema.ColumnTTL] = expiry(*ttl, row, "updated_at")
		}
	}
	if row, err = db.finish(e, row, prepared); err != nil {
		return nil, err
	}
	if err := db.store.Update(ctx, e, row); err != nil {
		if errors.Is(err, ErrNotFound) {
			return nil, notFound(key)
		}
		return nil, db.refused(ctx, e, row, "update", err)
	}
	db.published(ctx, change{entity: e, op: Updated, old: old, new: row, ws: db.workspace})
	return db.shown(e, schema.Clone(row)), nil
}

// Delete removes the entity that key addresses, and what hangs on it by a cascading foreign key, and reports whether it was
// there.
func (db *DB) Delete(ctx context.Context, e *schema.Entity, key Key) (bool, error) {
	row, err := db.selectRow(ctx, e, key)
	if ErrorCode(err) == CodeNotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if err := db.untrusted(ctx, e, DocumentID(row)); err != nil {
		return false, err
	}
	changes, err := db.cascade(ctx, e, row, nil)
	if err != nil {
		return false, err
	}
	deleted, err := db.store.Delete(ctx, e, DocumentID(row))
	if err != nil {
		return false, db.refused(ctx, e, row, "delete", err)
	}
	if deleted {
		db.published(ctx, append([]change{{entity: e, op: Deleted, old: row, ws: db.workspace}}, changes...)...)
	}
	return deleted, nil
}

// cascade collects the deletions that follow from the deletion of row, at every depth, so that they can be told of.
func (db *DB) cascade(ctx context.Context, e *schema.Entity, row Document, changes []change) ([]change, error) {
	for _, child := range db.model.Children(e.Name) {
		if child.Field.OnDelete != schema.Cascade {
			continue
		}
		q := Query{Size: eachPage, Parent: Key{Field: child.Field.Name, Value: DocumentID(row)}}
		for {
			page, err := db.store.Page(ctx, child.Entity, q)
			if err != nil {
				return nil, fmt.Errorf("%s below %s: %w", child.Entity.Name, e.Name, err)
			}
			for _, c := range page.Rows {
				changes = append(changes, change{entity: child.Entity, op: Deleted, old: c, ws: db.workspace})
				if changes, err = db.cascade(ctx, child.Entity, c, changes); err != nil {
					return nil, err
				}
			}
			if q.Offset = page.Next; q.Offset == "" {
				break
			}
		}
	}
	return changes, nil
}

// prepare turns the body of an Insert or Upsert into a valid row.
func (db *DB) prepare(ctx context.Context, e *schema.Entity, input Document, op schema.Operation) (Document, error) {
	ttl, input, err := takeTTL(e, input)
	if err != nil {
		return nil, err
	}
	if e.Normalize != nil {
		input = schema.Clone(input)
		if errs := e.Normalize(input); errs != nil {
			return nil, SchemaViolation(errs)
		}
	}
	row, errs := e.Prepare(input, op, time.Now())
	if errs != nil {
		return nil, SchemaViolation(errs)
	}
	if err := db.resolveForeign(ctx, e, row); err != nil {
		return nil, err
	}
	if errs := e.Validate(row, schema.ValidateOptions{Input: input}); errs != nil {
		return nil, SchemaViolation(errs)
	}
	if e.TTL {
		row[schema.ColumnTTL] = nil
		if ttl != nil {
			row[schema.ColumnTTL] = expiry(*ttl, row, "created_at")
		}
	}
	return db.finish(e, row, row)
}

// finish fills what is stored beside the fields. changed is the part of the row that the client gave.
func (db *DB) finish(e *schema.Entity, row, changed Document) (Document, error) {
	row, err := e.Transform(row, changed)
	if err != nil {
		return nil, &Error{Code: CodeTransformation, Name: "transformation error", Message: err.Error()}
	}
	for i := range e.Fields {
		f := &e.Fields[i]
		switch {
		case f.UUID:
			row[f.Name] = lowerID(row[f.Name])
		case f.Elements != nil && f.Elements.UUID:
			list, _ := row[f.Name].([]any)
			for i := range list {
				list[i] = lowerID(list[i])
			}
		}
	}
	if e.Workspaceable {
		row[schema.ColumnWorkspace] = db.workspace
	}
	if e.CompositeCacheKey() {
		row[schema.ColumnCacheKey] = CacheKey(e, row, db.workspace)
	}
	return row, nil
}

func lowerID(v any) any {
	if s, ok := v.(string); ok {
		return strings.ToLower(s)
	}
	return v
}

// refused turns the error of a store into the one that clients know.
func (db *DB) refused(ctx context.Context, e *schema.Entity, row Document, verb string, err error) error {
	var conflict *ConflictError
	var parent *MissingParentError
	var referenced *ReferencedError
	var null *NullError
	switch {
	case errors.As(err, &conflict):
		return db.conflict(ctx, e, row, verb, conflict.Field)
	case errors.As(err, &parent):
		return missingParent(parent.Field, e.Field(parent.Field).Reference, ForeignID(row, parent.Field))
	case errors.As(err, &referenced):
		return stillReferenced(e.Name, referenced.Child)
	case errors.As(err, &null):
		return primaryKeyViolation(DocumentID(row))
	}
	return fmt.Errorf("%s %s: %w", verb, e.Name, err)
}

// conflict names the clash. The primary key is looked at first, whatever the store found first.
func (db *DB) conflict(ctx context.Context, e *schema.Entity, row Document, verb, field string) error {
	id := DocumentID(row)
	if field != schema.PrimaryKey && verb == "insert" {
		if _, err := db.store.Select(ctx, e, ID(id), ""); err == nil {
			field = schema.PrimaryKey
		}
	}
	switch field {
	case schema.PrimaryKey:
		return primaryKeyViolation(id)
	case schema.ColumnCacheKey:
		key := Document{}
		for _, name := range e.CacheKey {
			key[name] = row[name]
		}
		return uniqueViolation(key)
	}
	return uniqueViolation(Document{field: row[field]})
}
