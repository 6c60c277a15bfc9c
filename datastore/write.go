package datastore

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

// Insert adds an entity and returns it as it is stored. input is not changed.
//
// Errors that are the client's fault are of type *Error.
func (db *DB) Insert(ctx context.Context, e *schema.Entity, input Document) (Document, error) {
	w := write{entity: e, op: schema.Insert, body: input}
	row, err := db.prepare(ctx, w)
	if err != nil {
		return nil, err
	}
	if err := db.store.Insert(ctx, e, row); err != nil {
		if db.rejoined(ctx, err) {
			return db.Insert(ctx, e, input)
		}
		return nil, db.refused(ctx, e, Key{}, row, "insert", err)
	}
	return db.complete(ctx, w, change{entity: e, op: Created, new: row, ws: db.Workspace()})
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
	w := write{entity: e, op: schema.Upsert, key: key, body: input}
	row, err := db.prepare(ctx, w)
	if err != nil {
		return nil, err
	}
	old, err := db.selectRow(ctx, e, key)
	if err != nil && ErrorCode(err) != CodeNotFound {
		return nil, err
	}
	id, err := db.store.Upsert(ctx, e, key.Field, row)
	if err != nil {
		if db.rejoined(ctx, err) {
			return db.Upsert(ctx, e, key, input)
		}
		return nil, db.refused(ctx, e, key, row, "upsert", err)
	}
	row[schema.PrimaryKey] = id
	c := change{entity: e, op: Updated, old: old, new: row, ws: db.Workspace()}
	if old == nil {
		c.op = Created
	}
	return db.complete(ctx, w, c)
}

// Update lays changes over the entity that key addresses and returns the result. It fails with an *Error of CodeNotFound if
// there is none, or if changes give another id.
func (db *DB) Update(ctx context.Context, e *schema.Entity, key Key, changes Document) (Document, error) {
	ttl, changes, err := takeTTL(e, changes)
	if err != nil {
		return nil, err
	}
	old, missing := db.selectRow(ctx, e, key)
	if missing != nil && ErrorCode(missing) != CodeNotFound {
		return nil, missing
	}
	w := write{entity: e, op: schema.Update, key: key, body: changes, stored: old}
	if err := rulesOf(e).check(ctx, db, w); err != nil {
		return nil, err
	}
	changes = rulesOf(e).stripped(changes)
	prepared, errs := e.PrepareChanges(changes, old, db.clock.now(e))
	if errs != nil {
		return nil, SchemaViolation(errs)
	}
	if missing != nil {
		return nil, missing
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
	if errs := db.model.Validate(e, row, schema.ValidateOptions{Partial: true, Input: changes, Stored: stored}); errs != nil {
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
		return nil, db.refused(ctx, e, key, row, "update", err)
	}
	return db.complete(ctx, w, change{entity: e, op: Updated, old: old, new: row, ws: db.Workspace()})
}

// complete tells of the change that a write made, does what the write asks for beside it, and returns the row as clients
// see it.
func (db *DB) complete(ctx context.Context, w write, c change) (Document, error) {
	db.published(ctx, c)
	if err := rulesOf(w.entity).written(ctx, db, w, c.new); err != nil {
		return nil, err
	}
	return db.shown(ctx, w.entity, schema.Clone(c.new))
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
	if err := rulesOf(e).deleting(ctx, db, row); err != nil {
		return false, err
	}
	changes, err := db.cascade(ctx, e, row, nil)
	if err != nil {
		return false, err
	}
	deleted, err := db.store.Delete(ctx, e, DocumentID(row))
	if err != nil {
		return false, db.refused(ctx, e, key, row, "delete", err)
	}
	if deleted {
		db.published(ctx, append([]change{{entity: e, op: Deleted, old: row, ws: db.Workspace()}}, changes...)...)
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
				changes = append(changes, change{entity: child.Entity, op: Deleted, old: c, ws: db.Workspace()})
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
func (db *DB) prepare(ctx context.Context, w write) (Document, error) {
	e := w.entity
	if err := rulesOf(e).check(ctx, db, w); err != nil {
		return nil, err
	}
	ttl, input, err := takeTTL(e, rulesOf(e).stripped(w.body))
	if err != nil {
		return nil, err
	}
	if e.Normalize != nil {
		input = schema.Clone(input)
		if errs := e.Normalize(input); errs != nil {
			return nil, SchemaViolation(errs)
		}
	}
	row, errs := e.Prepare(input, w.op, db.clock.now(e))
	if errs != nil {
		return nil, SchemaViolation(errs)
	}
	if err := db.resolveForeign(ctx, e, row); err != nil {
		return nil, err
	}
	if errs := db.model.Validate(e, row, schema.ValidateOptions{Input: input}); errs != nil {
		return nil, SchemaViolation(errs)
	}
	if row[schema.PrimaryKey] == nil {
		return nil, primaryKeyViolation(nil)
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
	return Stored(e, row, db.Workspace()), nil
}

// Stored brings a valid row into the form in which stores keep it: ids in lower case, and the columns filled that are stored
// beside the fields, except for the moment of expiry. It changes row and returns it.
func Stored(e *schema.Entity, row Document, ws string) Document {
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
		row[schema.ColumnWorkspace] = ws
	}
	if e.CompositeCacheKey() {
		row[schema.ColumnCacheKey] = CacheKey(e, row, ws)
	}
	return row
}

func lowerID(v any) any {
	if s, ok := v.(string); ok {
		return strings.ToLower(s)
	}
	return v
}

// refused turns the error of a store into the one that clients know. key is the one that they used.
func (db *DB) refused(ctx context.Context, e *schema.Entity, key Key, row Document, verb string, err error) error {
	var conflict *ConflictError
	var parent *MissingParentError
	var referenced *ReferencedError
	var null *NullError
	switch {
	case errors.Is(err, ErrReadOnly):
		return operationUnsupported(verb, e.Name, key)
	case errors.As(err, &conflict):
		return db.conflict(ctx, e, row, verb, conflict.Field)
	case errors.As(err, &parent) && parent.Field != schema.ColumnWorkspace:
		return missingParent(parent.Field, e.Field(parent.Field).Reference, ForeignID(row, parent.Field))
	case errors.As(err, &referenced):
		return stillReferenced(e.Name, referenced.Child)
	case errors.As(err, &null):
		return primaryKeyViolation(row[schema.PrimaryKey])
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
