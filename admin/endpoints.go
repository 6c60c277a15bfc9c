package admin

import (
	"context"
	"net/http"
)

// addEndpoints lists the endpoints. They have to be complete when the first request comes, not before.
func addEndpoints(r *routes) {
	r.add("/endpoints", methods{http.MethodGet: func(context.Context, *request) (answer, error) {
		return ok(map[string]any{"data": r.patterns()}), nil
	}})
}
