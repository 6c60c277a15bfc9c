package admin

import (
	"context"
	"net/http"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// tagPair is a tag and an entity that bears it.
type tagPair struct {
	Tag        string `json:"tag"`
	EntityName string `json:"entity_name"`
	EntityID   string `json:"entity_id"`
}

// addTags lists the tags of all entities. They are read only: tags change with the entities that bear them.
//
// Kong 3.9: Admin API, tags.
func addTags(r *routes, c collection) {
	list := func(ctx context.Context, r *request, tag, path string, more ...string) (answer, error) {
		opts, err := pageOptions(r, c.entity)
		if err != nil {
			return answer{}, err
		}
		page, err := c.db.Tags(ctx, datastore.TagQuery{Size: opts.Size, Offset: opts.Offset, Tag: tag})
		if err != nil {
			return answer{}, err
		}
		pairs := make([]tagPair, len(page.Rows))
		for i, row := range page.Rows {
			pairs[i] = tagPair(row)
		}
		return ok(pageBody(pairs, page.Next, path, more...)), nil
	}
	readOnly := func(context.Context, *request) (answer, error) {
		return answer{}, datastore.SchemaViolation(schema.Errors{
			c.entity.Name: "does not support insert/upsert/update/delete operations",
		})
	}
	r.add(collectionPath(c.entity), methods{
		http.MethodGet: func(ctx context.Context, r *request) (answer, error) {
			return list(ctx, r, "", collectionPath(c.entity), repeated(r)...)
		},
		http.MethodPost: readOnly,
	})
	r.add(entityPath(c.entity), methods{
		http.MethodGet: func(ctx context.Context, r *request) (answer, error) {
			tag := r.param(c.entity.Name)
			if reason := c.entity.ValidateField(c.entity.EndpointKey, tag); reason != "" {
				return answer{}, &datastore.Error{
					Code: datastore.CodeInvalidUnique, Name: "invalid unique " + c.entity.EndpointKey, Message: reason,
				}
			}
			return list(ctx, r, tag, collectionPath(c.entity)+"/"+r.params[c.entity.Name])
		},
		http.MethodPut: readOnly, http.MethodPatch: readOnly, http.MethodDelete: readOnly,
	})
}
