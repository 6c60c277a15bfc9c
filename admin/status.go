package admin

import (
	"context"
	"net/http"
	"time"
)

// pingTimeout limits how long the state of the store may take to find out.
const pingTimeout = 2 * time.Second

// addStatus shows how the node is, on both listeners. To what Kong shows it adds the plugins that keep requests from being
// served.
//
// Kong 3.9: Admin API, GET /status.
func (a *API) addStatus(r *routes) {
	r.add("/status", methods{http.MethodGet: a.showStatus})
	r.add("/status/dns", methods{http.MethodGet: func(context.Context, *request) (answer, error) {
		return answer{}, &refusal{http.StatusNotImplemented, "not implemented with the legacy DNS client"}
	}})
	if a.opts.Metrics != nil {
		r.add("/metrics", methods{http.MethodGet: func(context.Context, *request) (answer, error) {
			return answer{handler: a.opts.Metrics}, nil
		}})
	}
}

func (a *API) showStatus(ctx context.Context, r *request) (answer, error) {
	format, err := newMemoryFormat(r.query)
	if err != nil {
		return answer{}, err
	}
	c := a.opts.Runtime.Connections()
	body := map[string]any{
		"server": map[string]any{
			"connections_accepted": c.Accepted,
			"connections_active":   c.Active,
			"connections_handled":  c.Handled,
			"connections_reading":  c.Reading,
			"connections_waiting":  c.Waiting,
			"connections_writing":  c.Writing,
			"total_requests":       c.Requests,
		},
		"memory": format.memory(a.opts.Runtime.Memory()),
	}
	inUse := a.pluginsInUse
	if a.opts.Database == noDatabase {
		body["configuration_hash"] = a.opts.Declarative.Hash()
	} else {
		reachable := a.reachable(ctx)
		if !reachable { // reading would take as long again
			inUse = func(context.Context) pluginsInUse { return a.lastPluginsInUse() }
		}
		body["database"] = map[string]any{"reachable": reachable}
	}
	if names := inUse(ctx).unsupported; len(names) > 0 {
		body["kongo"] = map[string]any{"unsupported_plugins": names}
	}
	return ok(body), nil
}

// reachable reports whether the store can be reached.
func (a *API) reachable(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, pingTimeout)
	defer cancel()
	return a.opts.DB.Ping(ctx) == nil
}
