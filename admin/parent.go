package admin

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// parentField is the parent of a row, seen from the row.
//
// Kong 3.9: Admin API, nested foreign endpoints.
type parentField struct {
	child  collection
	field  string
	parent collection
}

func (p parentField) get(ctx context.Context, r *request) (answer, error) {
	key, err := p.key(ctx, r)
	if err != nil {
		return answer{}, err
	}
	row, err := p.parent.selectRow(ctx, key)
	if err != nil {
		return answer{}, err
	}
	return ok(row), nil
}

func (p parentField) put(ctx context.Context, r *request) (answer, error) {
	child, err := p.child.find(ctx, r)
	if err != nil {
		return answer{}, err
	}
	doc := r.document(p.parent.entity)
	if id := datastore.ForeignID(child, p.field); id != "" {
		return p.parent.upsert(ctx, datastore.ID(id), doc)
	}
	return p.createFor(ctx, child, doc)
}

// createFor makes a parent and lets the child refer to it. If the child can't, there is no parent either.
func (p parentField) createFor(ctx context.Context, child, doc datastore.Document) (answer, error) {
	id := uuid.NewString()
	a, err := p.parent.upsert(ctx, datastore.ID(id), doc)
	if err != nil {
		return answer{}, err
	}
	link := datastore.Document{p.field: reference(id)}
	if _, err := p.child.update(ctx, datastore.ID(datastore.DocumentID(child)), link); err != nil {
		if _, undoing := p.parent.db.Delete(ctx, p.parent.entity, datastore.ID(id)); undoing != nil {
			return answer{}, fmt.Errorf("%s %s is left without a child: %w", p.parent.entity.Name, id, undoing)
		}
		return answer{}, err
	}
	return a, nil
}

func (p parentField) patch(ctx context.Context, r *request) (answer, error) {
	key, err := p.key(ctx, r)
	if err != nil {
		return answer{}, err
	}
	changes, err := p.parent.changes(ctx, r, key)
	if err != nil {
		return answer{}, err
	}
	return p.parent.update(ctx, key, changes)
}

// delete is not to be had, but what is missing is missing.
func (p parentField) delete(ctx context.Context, r *request) (answer, error) {
	if _, err := p.key(ctx, r); err != nil {
		return answer{}, err
	}
	return answer{}, errMethodNotAllowed
}

// key is that of the parent of the row in the path. It fails with errNotFound if there is no row, or no parent.
func (p parentField) key(ctx context.Context, r *request) (datastore.Key, error) {
	child, err := p.child.find(ctx, r)
	if err != nil {
		return datastore.Key{}, err
	}
	id := datastore.ForeignID(child, p.field)
	if id == "" {
		return datastore.Key{}, errNotFound
	}
	return datastore.ID(id), nil
}

// reference is the value of a foreign field.
func reference(id string) datastore.Document { return datastore.Document{schema.PrimaryKey: id} }
