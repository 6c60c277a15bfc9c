package admin

import (
	"context"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// groupParam is where the name of the group in a path is kept when the id of a membership has taken its place.
const groupParam = "group"

// addGroups lets the membership of a consumer in a group be found by the name of the group. A PUT makes one that is not
// there yet, and needs no body for it.
//
// Kong 3.9: Admin API, ACL.
func (a *API) addGroups(r *routes, c collection) {
	parent := a.model.Entity(c.entity.Field("consumer").Reference)
	groups := children{collection: c, field: "consumer", parent: a.collection(parent)}
	e := r.at(nestedPath(parent, c.entity) + param(c.entity))
	e.before = groups.resolveGroup
	e.methods[http.MethodPut] = func(ctx context.Context, r *request) (answer, error) {
		_, given := r.input.Document[groupParam]
		if group, named := r.params[groupParam]; named && !given {
			r.input.Document[groupParam] = group
		}
		return groups.put(ctx, r)
	}
}

// resolveGroup puts the id of a membership in the place of the name of its group.
func (c children) resolveGroup(ctx context.Context, r *request) error {
	group := r.param(c.entity.Name)
	if schema.IsUUID(group) {
		return nil
	}
	consumer := strings.ToLower(r.param(c.parent.entity.Name))
	if !schema.IsUUID(consumer) {
		row, err := c.parent.find(ctx, r)
		if err != nil {
			return err
		}
		consumer = datastore.DocumentID(row)
	}
	id, err := c.membership(ctx, consumer, group)
	switch {
	case err != nil:
		return err
	case id == "" && r.Method != http.MethodPut:
		return unknownGroup{}
	case id == "":
		id = uuid.NewString()
	}
	r.params[groupParam] = group
	r.params[c.entity.Name] = id
	return nil
}

// unknownGroup is the error for a group that a consumer is not in. Kong answers it as it answers requests that it proxies.
type unknownGroup struct{}

func (unknownGroup) Error() string { return errNotFound.message }

func (unknownGroup) answer() answer {
	requestID := strings.ReplaceAll(uuid.NewString(), "-", "")
	return answer{status: errNotFound.status, body: map[string]any{"message": errNotFound.message, "request_id": requestID}}
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
