package datastore

import (
	"context"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

// resolveForeign replaces foreign fields that a body gives by unique fields of the parent, {"name": …}, by the parent's id.
// What it can't make sense of it leaves to the validation.
//
// Kong 3.9: Admin API, order of evaluation on insert.
func (db *DB) resolveForeign(ctx context.Context, e *schema.Entity, doc Document) error {
	unresolved := map[string][]Key{}
	for i := range e.Fields {
		f := &e.Fields[i]
		given, ok := doc[f.Name].(map[string]any)
		if f.Type != schema.Foreign || !ok {
			continue
		}
		if id := given[schema.PrimaryKey]; schema.ValidateID(id) == "" {
			doc[f.Name] = Document{schema.PrimaryKey: lowerID(id)}
			continue
		}
		id, failed, err := db.resolveParent(ctx, db.model.Entity(f.Reference), given)
		if err != nil {
			return err
		}
		if failed != nil {
			unresolved[f.Name] = failed
		}
		if id != "" {
			doc[f.Name] = Document{schema.PrimaryKey: id}
		}
	}
	if len(unresolved) == 0 {
		return nil
	}
	return foreignKeysUnresolved(e, unresolved)
}

// resolveParent finds a parent by the first of its unique fields that finds one, and returns the keys that found none until
// then.
func (db *DB) resolveParent(ctx context.Context, parent *schema.Entity, given Document) (id string, failed []Key, err error) {
	for i := range parent.Fields {
		unique := &parent.Fields[i]
		value, ok := given[unique.Name].(string)
		if !ok || !unique.Unique && unique.Name != parent.EndpointKey || parent.ValidateField(unique.Name, value) != "" {
			continue
		}
		key := Key{Field: unique.Name, Value: value}
		row, err := db.selectRow(ctx, parent, key)
		switch {
		case err == nil:
			return DocumentID(row), failed, nil
		case ErrorCode(err) != CodeNotFound:
			return "", nil, err
		}
		failed = append(failed, key)
	}
	return "", failed, nil
}
