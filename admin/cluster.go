package admin

import (
	"context"
	"net/http"
	"strings"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

// addCluster shows the nodes that share the store, and forgets those that are gone. Answers have the members that those of
// Kong 0.10 had, and more.
//
// Kong 0.10: Admin API, /cluster.
func (a *API) addCluster(r *routes) {
	r.add("/cluster", methods{http.MethodGet: func(ctx context.Context, r *request) (answer, error) {
		switch status, _ := r.query.First("status"); status {
		case "", "alive":
			return ok(a.opts.Cluster.Nodes(ctx, false)), nil
		case "all":
			return ok(a.opts.Cluster.Nodes(ctx, true)), nil
		}
		return answer{}, badRequest("status must be one of: alive, all")
	}})
	r.add("/cluster/nodes/{node}", methods{
		http.MethodGet: func(ctx context.Context, r *request) (answer, error) {
			for _, n := range a.opts.Cluster.Nodes(ctx, true).Data {
				if n.ID == strings.ToLower(r.params["node"]) {
					return ok(n), nil
				}
			}
			return answer{}, errNotFound
		},
		http.MethodDelete: func(ctx context.Context, r *request) (answer, error) {
			id := strings.ToLower(r.params["node"])
			if !schema.IsUUID(id) {
				return answer{}, errNotFound
			}
			found, err := a.opts.Cluster.Forget(ctx, id)
			switch {
			case err != nil:
				return answer{}, err
			case !found:
				return answer{}, errNotFound
			}
			return noContent(), nil
		},
	})
}
