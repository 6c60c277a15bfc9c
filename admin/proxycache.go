package admin

import (
	"context"
	"net/http"

	"github.com/kongo-gateway/kongo/datastore"
)

// addProxyCache adds the endpoints of the plugin proxy-cache. This node caches no answers, others that share the store may.
//
// Kong 3.9: Admin API, endpoints of plugins.
func addProxyCache(r *routes, plugins collection) {
	purge := func(ctx context.Context, _ *request) (answer, error) {
		rows, err := pluginsNamed(ctx, plugins, "proxy-cache")
		if err != nil {
			return answer{}, err
		}
		events := make([]datastore.Event, len(rows))
		for i, row := range rows {
			events[i] = datastore.Event{Channel: datastore.ChannelCachePurge, Data: datastore.DocumentID(row) + ":nil"}
		}
		if err := plugins.db.Publish(ctx, events...); err != nil {
			return answer{}, err
		}
		return noContent(), nil
	}
	nothing := func(context.Context, *request) (answer, error) { return answer{}, errNotFound }
	r.add("/proxy-cache", methods{http.MethodDelete: purge})
	for _, pattern := range []string{"/proxy-cache/{cache_key}", "/proxy-cache/{plugin_id}/caches/{cache_key}"} {
		r.add(pattern, methods{http.MethodGet: nothing, http.MethodDelete: nothing})
	}
}
