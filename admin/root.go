package admin

import (
	"context"
	"maps"
	"net/http"
	"runtime"
)

// KongVersion is the version of Kong whose API this is. Clients branch on it.
const KongVersion = "3.9.1"

// addRoot tells what node this is.
//
// Kong 3.9: Admin API, GET /.
func (a *API) addRoot(r *routes) {
	configuration := a.configuration()
	plugins := make(map[string]any, len(a.opts.Node.Plugins))
	for name, p := range a.opts.Node.Plugins {
		plugins[name] = map[string]any{"version": p.Version, "priority": p.Priority}
	}
	workers := append([]int{}, a.opts.Node.Workers...)
	r.add("/", methods{http.MethodGet: func(ctx context.Context, r *request) (answer, error) {
		timers := a.opts.Runtime.Timers()
		return ok(map[string]any{
			"version":       KongVersion,
			"edition":       "community",
			"tagline":       "Welcome to kong",
			"hostname":      a.opts.Node.Hostname,
			"node_id":       a.opts.Node.ID,
			"lua_version":   runtime.Version(),
			"pids":          map[string]any{"master": a.opts.Node.Master, "workers": workers},
			"timers":        map[string]any{"running": timers.Running, "pending": timers.Pending},
			"plugins":       map[string]any{"available_on_server": plugins, "enabled_in_cluster": a.pluginsInUse(ctx).configured},
			"configuration": configuration,
			"kongo":         map[string]any{"version": a.opts.Node.Version, "datastore": a.opts.Database, "node_id": a.opts.Node.Process},
		}), nil
	}})
}

// configuration is the node's, with a store that clients of Kong know.
func (a *API) configuration() map[string]any {
	configuration := maps.Clone(a.opts.Node.Configuration)
	if configuration == nil {
		configuration = map[string]any{}
	}
	configuration["database"] = a.opts.Database
	if a.opts.Database == "sqlite" {
		configuration["database"] = "postgres"
	}
	return configuration
}
