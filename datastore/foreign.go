package datastore

import (
	"context"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

// resolveForeign replaces foreign fields that a body gives by a unique field of the parent, {"name": …}, by the parent's id.
// What it can't make sense of it leaves to the validation.
//
// Kong 3.9: Admin API, order of evaluation on insert.
func (db *DB) resolveForeign(ctx context.Context, e *schema.Entity, doc Document) error {
	for i := range e.Fields {
		f := &e.Fields[i]
		if f.Type != schema.Foreign {
			continue
		}
		given, ok := doc[f.Name].(map[string]any)
		if !ok || len(given) == 0 {
			continue
		}
		if id, ok := given[schema.PrimaryKey]; ok {
			doc[f.Name] = Document{schema.PrimaryKey: lowerID(id)}
			continue
		}
		id, err := db.resolveParent(ctx, f, given)
		if err != nil {
			return err
		}
		if id != "" {
			doc[f.Name] = Document{schema.PrimaryKey: id}
		}
	}
	return nil
}

func (db *DB) resolveParent(ctx context.Context, f *schema.Field, given Document) (string, error) {
	parent := db.model.Entity(f.Reference)
	for i := range parent.Fields {
		unique := &parent.Fields[i]
		value, ok := given[unique.Name].(string)
		if !ok || !unique.Unique && unique.Name != parent.EndpointKey {
			continue
		}
		if reason := parent.ValidateField(unique.Name, value); reason != "" {
			return "", invalidUnique(unique.Name, reason)
		}
		key := Key{Field: unique.Name, Value: value}
		row, err := db.selectRow(ctx, parent, key)
		if ErrorCode(err) == CodeNotFound {
			return "", foreignKeyUnresolved(f.Name, parent.Name, key)
		}
		if err != nil {
			return "", err
		}
		return DocumentID(row), nil
	}
	return "", nil
}
