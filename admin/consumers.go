package admin

import (
	"context"
	"net/http"

	"github.com/kongo-gateway/kongo/datastore"
)

// addConsumers lets consumers be found by their custom_id, which is no key in paths.
//
// Kong 3.9: Admin API, keys in paths.
func addConsumers(r *routes, c collection) {
	r.add(collectionPath(c.entity), methods{http.MethodGet: func(ctx context.Context, r *request) (answer, error) {
		id, given := r.query.First("custom_id")
		switch {
		case !given:
			return c.list(ctx, r)
		case id == "" || r.query.Count("custom_id") > 1:
			return answer{}, badRequest("custom_id must be an unempty string")
		}
		row, err := c.db.Select(ctx, c.entity, datastore.Key{Field: "custom_id", Value: id})
		if datastore.ErrorCode(err) == datastore.CodeNotFound {
			return ok(pageBody[datastore.Document](nil, "", "")), nil
		}
		if err != nil {
			return answer{}, err
		}
		return ok(pageBody([]datastore.Document{row}, "", "")), nil
	}})
}
