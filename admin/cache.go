package admin

import (
	"context"
	"net/http"
)

// addCache looks into what this node remembers of its store, and lets it forget.
//
// Kong 3.9: Admin API, /cache.
func (a *API) addCache(r *routes) {
	cache := a.opts.Cache
	if cache == nil {
		cache = noCache{}
	}
	r.add("/cache", methods{http.MethodDelete: func(context.Context, *request) (answer, error) {
		cache.Purge()
		return noContent(), nil
	}})
	r.add("/cache/{key}", methods{
		http.MethodGet: func(_ context.Context, r *request) (answer, error) {
			value, found := cache.Get(r.param("key"))
			if !found {
				return answer{}, errNotFound
			}
			switch value.(type) {
			case map[string]any, []any:
				return ok(value), nil
			}
			return ok(map[string]any{"message": value}), nil
		},
		http.MethodDelete: func(_ context.Context, r *request) (answer, error) {
			cache.Delete(r.param("key"))
			return noContent(), nil
		},
	})
}

// noCache remembers nothing.
type noCache struct{}

func (noCache) Get(string) (any, bool) { return nil, false }
func (noCache) Delete(string)          {}
func (noCache) Purge()                 {}
