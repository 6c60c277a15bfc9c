package admin

import (
	"context"
	"net/http"
)

// addTimers shows how many jobs run in the background. Kong lists each with its times; jobs of kongo have no names.
//
// Kong 3.9: Admin API, /timers.
func (a *API) addTimers(r *routes) {
	r.add("/timers", methods{http.MethodGet: func(context.Context, *request) (answer, error) {
		t := a.opts.Runtime.Timers()
		return ok(map[string]any{
			"worker": map[string]any{"id": 0, "count": len(a.opts.Node.Workers)},
			"stats": map[string]any{
				"sys": map[string]any{
					"running": t.Running, "pending": t.Pending, "waiting": 0, "total": t.Running + t.Pending,
				},
				"timers":     map[string]any{},
				"flamegraph": map[string]any{"running": "", "pending": "", "elapsed_time": ""},
			},
		}), nil
	}})
}
