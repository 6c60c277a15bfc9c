package admin

import (
	"context"
	"slices"
	"time"

	"github.com/kongo-gateway/kongo/datastore"
)

// inUseTimeout limits how long GET / and GET /status wait for the plugins in use: load balancers look there to see whether a
// node is alive.
const inUseTimeout = 2 * time.Second

// pluginsInUse are names of plugins, each once.
type pluginsInUse struct {
	configured  []string // anywhere
	unsupported []string // of an enabled row, and not to be run here
}

// pluginsInUse reads which plugins are configured. While the store cannot be read these are the ones of the last time.
func (a *API) pluginsInUse(ctx context.Context) pluginsInUse {
	ctx, cancel := context.WithTimeout(ctx, inUseTimeout)
	defer cancel()
	now, err := a.readPluginsInUse(ctx)
	if err == nil {
		a.lastInUse.Store(&now)
		return now
	}
	a.opts.Log.Warn("the Admin API does not know the plugins that are configured now", "error", err)
	return a.lastPluginsInUse()
}

// lastPluginsInUse are those of the last time that they were read.
func (a *API) lastPluginsInUse() pluginsInUse {
	if last := a.lastInUse.Load(); last != nil {
		return *last
	}
	return pluginsInUse{configured: []string{}}
}

// UnsupportedPlugins names the plugins that are configured and enabled somewhere, and that the node cannot run.
func (a *API) UnsupportedPlugins(ctx context.Context) []string {
	return a.pluginsInUse(ctx).unsupported
}

func (a *API) readPluginsInUse(ctx context.Context) (pluginsInUse, error) {
	found := pluginsInUse{configured: []string{}}
	e := a.model.Entity("plugins")
	if e == nil {
		return found, nil
	}
	err := a.opts.DB.Each(ctx, e, datastore.Key{}, func(plugin datastore.Document) error {
		name, _ := plugin["name"].(string)
		if !slices.Contains(found.configured, name) {
			found.configured = append(found.configured, name)
		}
		if plugin["enabled"] == true && !a.opts.Node.Plugins[name].Runs && !slices.Contains(found.unsupported, name) {
			found.unsupported = append(found.unsupported, name)
		}
		return nil
	})
	slices.Sort(found.unsupported)
	return found, err
}
