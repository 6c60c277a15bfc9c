package admin

import (
	"context"
	"maps"
	"net/http"
	"runtime"
	"slices"
	"time"

	"github.com/kongo-gateway/kongo/datastore"
)

// KongVersion is the version of Kong whose API this is. Clients branch on it.
const KongVersion = "3.9.1"

// rootTimeout limits how long GET / waits for the store: load balancers use it to see whether a node is alive.
const rootTimeout = 2 * time.Second

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
			"plugins":       map[string]any{"available_on_server": plugins, "enabled_in_cluster": a.enabled(ctx)},
			"configuration": configuration,
			"kongo":         map[string]any{"version": a.opts.Node.Version, "datastore": a.opts.Database},
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

// enabled names the plugins that are configured anywhere. While the store can't be read these are the ones of the last time.
func (a *API) enabled(ctx context.Context) []string {
	ctx, cancel := context.WithTimeout(ctx, rootTimeout)
	defer cancel()
	names, err := a.readEnabled(ctx)
	if err == nil {
		a.enabledPlugins.Store(&names)
		return names
	}
	a.opts.Log.Warn("GET / does not know the plugins that are enabled now", "error", err)
	if last := a.enabledPlugins.Load(); last != nil {
		return *last
	}
	return []string{}
}

func (a *API) readEnabled(ctx context.Context) ([]string, error) {
	names := []string{}
	e := a.model.Entity("plugins")
	if e == nil {
		return names, nil
	}
	err := a.opts.DB.Each(ctx, e, datastore.Key{}, func(plugin datastore.Document) error {
		if name, ok := plugin["name"].(string); ok && !slices.Contains(names, name) {
			names = append(names, name)
		}
		return nil
	})
	return names, err
}
