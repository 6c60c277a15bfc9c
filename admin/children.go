package admin

import (
	"context"

	"github.com/kongo-gateway/kongo/datastore"
)

// children are the rows of an entity that refer to a parent by a foreign field.
//
// Kong 3.9: Admin API, nested foreign endpoints.
type children struct {
	collection
	field  string
	parent collection
}

func (c children) list(ctx context.Context, r *request) (answer, error) {
	parent, err := c.parent.find(ctx, r)
	if err != nil {
		return answer{}, err
	}
	opts, err := pageOptions(r, c.entity)
	if err != nil {
		return answer{}, err
	}
	opts.Parent = datastore.Key{Field: c.field, Value: datastore.DocumentID(parent)}
	rows, next, err := c.db.Page(ctx, c.entity, opts)
	if err != nil {
		return answer{}, err
	}
	return ok(pageBody(rows, next, c.path(r))), nil
}

func (c children) create(ctx context.Context, r *request) (answer, error) {
	parent, err := c.parent.find(ctx, r)
	if err != nil {
		return answer{}, err
	}
	row, err := c.db.Insert(ctx, c.entity, c.linked(r.document(c.entity), parent))
	if err != nil {
		return answer{}, err
	}
	return created(row), nil
}

func (c children) get(ctx context.Context, r *request) (answer, error) {
	_, row, err := c.findChild(ctx, r)
	if err != nil {
		return answer{}, err
	}
	return ok(row), nil
}

// put links the row to the parent, whether it was another's before or not there at all.
func (c children) put(ctx context.Context, r *request) (answer, error) {
	parent, err := c.parent.find(ctx, r)
	if err != nil {
		return answer{}, err
	}
	key, err := c.key(r)
	if err != nil {
		return answer{}, err
	}
	return c.upsert(ctx, key, c.linked(r.document(c.entity), parent))
}

func (c children) patch(ctx context.Context, r *request) (answer, error) {
	parent, _, err := c.findChild(ctx, r)
	if err != nil {
		return answer{}, err
	}
	key, err := c.key(r)
	if err != nil {
		return answer{}, err
	}
	changes, err := c.changes(ctx, r, key)
	if err != nil {
		return answer{}, err
	}
	if _, moved := changes[c.field]; !moved {
		changes = c.linked(changes, parent)
	}
	return c.update(ctx, key, changes)
}

func (c children) delete(ctx context.Context, r *request) (answer, error) {
	_, row, err := c.findChild(ctx, r)
	if err != nil {
		return answer{}, err
	}
	if _, err := c.db.Delete(ctx, c.entity, datastore.ID(datastore.DocumentID(row))); err != nil {
		return answer{}, err
	}
	return noContent(), nil
}

// findChild returns the parent and the row in the path, or errNotFound if they do not belong together.
func (c children) findChild(ctx context.Context, r *request) (parent, row datastore.Document, err error) {
	if parent, err = c.parent.find(ctx, r); err != nil {
		return nil, nil, err
	}
	if row, err = c.find(ctx, r); err != nil {
		return nil, nil, err
	}
	if datastore.ForeignID(row, c.field) != datastore.DocumentID(parent) {
		return nil, nil, errNotFound
	}
	return parent, row, nil
}

// path is that of the list, with the parent as the client wrote it.
func (c children) path(r *request) string {
	return collectionPath(c.parent.entity) + "/" + r.params[c.parent.entity.Name] + "/" + c.entity.NestedName()
}

// linked lets doc refer to parent.
func (c children) linked(doc, parent datastore.Document) datastore.Document {
	doc[c.field] = reference(datastore.DocumentID(parent))
	return doc
}
