package admin

import (
	"context"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// collection is all rows of an entity.
//
// Kong 3.9: Admin API, answers and write semantics.
type collection struct {
	db     *datastore.DB
	entity *schema.Entity
}

func (c collection) list(ctx context.Context, r *request) (answer, error) {
	opts, err := pageOptions(r, c.entity)
	if err != nil {
		return answer{}, err
	}
	rows, next, err := c.db.Page(ctx, c.entity, opts)
	if err != nil {
		return answer{}, err
	}
	return ok(pageBody(rows, next, collectionPath(c.entity), repeated(r)...)), nil
}

func (c collection) create(ctx context.Context, r *request) (answer, error) {
	row, err := c.db.Insert(ctx, c.entity, r.document(c.entity))
	if err != nil {
		return answer{}, err
	}
	return created(row), nil
}

func (c collection) get(ctx context.Context, r *request) (answer, error) {
	row, err := c.find(ctx, r)
	if err != nil {
		return answer{}, err
	}
	return ok(row), nil
}

func (c collection) put(ctx context.Context, r *request) (answer, error) {
	key, err := c.key(r)
	if err != nil {
		return answer{}, err
	}
	return c.upsert(ctx, key, r.document(c.entity))
}

func (c collection) patch(ctx context.Context, r *request) (answer, error) {
	key, err := c.key(r)
	if err != nil {
		return answer{}, err
	}
	changes, err := c.changes(ctx, r, key)
	if err != nil {
		return answer{}, err
	}
	return c.update(ctx, key, changes)
}

func (c collection) delete(ctx context.Context, r *request) (answer, error) {
	key, err := c.key(r)
	if err != nil {
		return answer{}, err
	}
	if _, err := c.db.Delete(ctx, c.entity, key); err != nil {
		return answer{}, err
	}
	return noContent(), nil
}

func (c collection) upsert(ctx context.Context, key datastore.Key, doc datastore.Document) (answer, error) {
	row, err := c.db.Upsert(ctx, c.entity, key, doc)
	if err != nil {
		return answer{}, err
	}
	return ok(row), nil
}

func (c collection) update(ctx context.Context, key datastore.Key, changes datastore.Document) (answer, error) {
	row, err := c.db.Update(ctx, c.entity, key, changes)
	if err != nil {
		return answer{}, err
	}
	return ok(row), nil
}

// key is the key of a row in the path.
func (c collection) key(r *request) (datastore.Key, error) {
	return c.db.PathKey(c.entity, r.param(c.entity.Name))
}

// find returns the row in the path, or errNotFound.
func (c collection) find(ctx context.Context, r *request) (datastore.Document, error) {
	key, err := c.key(r)
	if err != nil {
		return nil, err
	}
	return c.selectRow(ctx, key)
}

// selectRow returns a row, or errNotFound.
func (c collection) selectRow(ctx context.Context, key datastore.Key) (datastore.Document, error) {
	row, err := c.db.Select(ctx, c.entity, key)
	if datastore.ErrorCode(err) == datastore.CodeNotFound {
		return nil, errNotFound
	}
	return row, err
}

// changes is the body of a PATCH. What the text of a form means may depend on the stored row.
//
// Kong 3.9: Admin API, form bodies of plugins.
func (c collection) changes(ctx context.Context, r *request, key datastore.Key) (datastore.Document, error) {
	variant := c.entity.SubschemaKey
	_, given := r.input.Document[variant]
	if variant == "" || given || !r.input.Form {
		return r.document(c.entity), nil
	}
	stored, err := c.db.Select(ctx, c.entity, key)
	if err != nil {
		return nil, err
	}
	r.input.Document[variant] = stored[variant]
	doc := r.document(c.entity)
	delete(doc, variant)
	return doc, nil
}
