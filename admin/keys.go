package admin

import (
	"context"
	"net/http"
	"strings"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// addKeys lets keys and key sets be put by id only. Kong fails at a PUT by name.
func addKeys(r *routes, c collection) {
	for pattern, e := range r.byPattern {
		if put := e.methods[http.MethodPut]; put != nil && strings.HasSuffix(pattern, param(c.entity)) {
			e.methods[http.MethodPut] = onlyByID(c, put)
		}
	}
}

func onlyByID(c collection, put handler) handler {
	return func(ctx context.Context, r *request) (answer, error) {
		if reason := schema.ValidateID(r.param(c.entity.Name)); reason != "" {
			key := datastore.Document{schema.PrimaryKey: reason}
			return answer{}, &datastore.Error{
				Code: datastore.CodeInvalidPrimaryKey, Name: "invalid primary key",
				Message: "invalid primary key: '" + schema.Compact(key) + "'", Fields: key,
			}
		}
		return put(ctx, r)
	}
}
