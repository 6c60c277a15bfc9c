package admin

import (
	"context"
	"maps"
	"net/http"
	"slices"
)

// addPlugins adds what old clients ask of plugins, and the endpoints that plugins bring.
//
// Kong 3.9: Admin API, plugins.
func (a *API) addPlugins(r *routes, c collection) {
	r.add(entityPath(c.entity), methods{http.MethodPatch: func(ctx context.Context, r *request) (answer, error) {
		// Unlike with other entities a plugin that is not there is a plain 404, unless the body has all that Kong would look up.
		incomplete := slices.ContainsFunc([]string{"name", "route", "service", "consumer"}, func(field string) bool {
			_, given := r.input.Document[field]
			return !given
		})
		if incomplete {
			if _, err := c.find(ctx, r); err != nil {
				return answer{}, err
			}
		}
		return c.patch(ctx, r)
	}})
	r.add(collectionPath(c.entity)+"/enabled", methods{http.MethodGet: func(context.Context, *request) (answer, error) {
		names := append([]string{}, slices.Sorted(maps.Keys(a.opts.Node.Plugins))...)
		return ok(map[string]any{"enabled_plugins": names}), nil
	}})
	r.add(collectionPath(c.entity)+"/schema/{name}", methods{http.MethodGet: func(_ context.Context, r *request) (answer, error) {
		plugin := c.entity.Subschemas[r.param("name")]
		if plugin == nil {
			return answer{}, missing("No plugin named '" + r.param("name") + "'")
		}
		return ok(configSchema(plugin)), nil
	}})
	for name, add := range map[string]func(*routes, collection){"acme": addACME, "proxy-cache": addProxyCache} {
		if c.entity.Subschemas[name] != nil {
			add(r, c)
		}
	}
}
