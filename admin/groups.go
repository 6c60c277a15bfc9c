package admin

import (
	"context"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// addGroups lets the membership of a consumer in a group be found by the name of the group.
//
// Kong 3.9: Admin API, ACL.
func (a *API) addGroups(r *routes, c collection) {
	parent := a.model.Entity(c.entity.Field("consumer").Reference)
	groups := children{collection: c, field: "consumer", parent: a.collection(parent)}
	e := r.at(nestedPath(parent, c.entity) + param(c.entity))
	for method, h := range e.methods {
		e.methods[method] = groups.byGroup(h)
	}
}

// byGroup puts the id of a membership in the place of the name of its group. A PUT makes one that is not there yet.
func (c children) byGroup(h handler) handler {
	return func(ctx context.Context, r *request) (answer, error) {
		group := r.param(c.entity.Name)
		if schema.IsUUID(group) {
			return h(ctx, r)
		}
		consumer, err := c.parent.find(ctx, r)
		if err != nil {
			return answer{}, err
		}
		id, err := c.membership(ctx, datastore.DocumentID(consumer), group)
		if err != nil {
			return answer{}, err
		}
		switch {
		case r.Method == http.MethodPut:
			r.input.Document["group"] = group
			if id == "" {
				id = uuid.NewString()
			}
		case id == "":
			// Kong answers this one as it answers requests that it proxies.
			requestID := strings.ReplaceAll(uuid.NewString(), "-", "")
			return answer{
				status: http.StatusNotFound,
				body:   map[string]any{"message": errNotFound.message, "request_id": requestID},
			}, nil
		}
		r.params[c.entity.Name] = id
		return h(ctx, r)
	}
}

// membership is the id of the membership of a consumer in a group, "" if there is none.
func (c children) membership(ctx context.Context, consumer, group string) (string, error) {
	opts := datastore.PageOptions{Size: maxPageSize, Parent: datastore.Key{Field: c.field, Value: consumer}}
	for {
		rows, next, err := c.db.Page(ctx, c.entity, opts)
		if err != nil {
			return "", err
		}
		for _, row := range rows {
			if row["group"] == group {
				return datastore.DocumentID(row), nil
			}
		}
		if opts.Offset = next; next == "" {
			return "", nil
		}
	}
}
