package admin

import (
	"context"
	"net/http"
)

// addReady tells load balancers whether the node should get traffic, and lets them be told that it should not.
//
// Kong 3.9: status listener.
func (a *API) addReady(r *routes) {
	r.add("/status/ready", methods{
		http.MethodGet: func(ctx context.Context, r *request) (answer, error) {
			if reason := a.notReady(ctx); reason != "" {
				return answer{}, &refusal{http.StatusServiceUnavailable, reason}
			}
			return ok(message{"ready"}), nil
		},
		http.MethodPost: func(_ context.Context, r *request) (answer, error) {
			if r.input.Document["status"] != "draining" {
				return answer{}, badRequest("status must be 'draining'")
			}
			a.opts.Runtime.Drain()
			return noContent(), nil
		},
	})
}

// notReady says what keeps the node from being ready. What it knows itself goes before the database: it is there at once.
func (a *API) notReady(ctx context.Context) string {
	if reason := a.opts.Runtime.NotReady(); reason != "" {
		return reason
	}
	switch {
	case a.opts.Database == noDatabase:
		return a.opts.Declarative.NotReady()
	case !a.reachable(ctx):
		return "failed to connect to database"
	}
	return ""
}
