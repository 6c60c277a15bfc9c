package admin

import (
	"context"
	"net/http"
	"strings"

	"github.com/kongo-gateway/kongo/datastore"
)

// addACME adds the endpoints of the plugin acme. They are there for nodes with the plugin, and say so of those without; to
// order certificates takes a plugin that runs.
//
// Kong 3.9: Admin API, endpoints of plugins.
func addACME(r *routes, plugins collection) {
	notSupported := &refusal{http.StatusNotImplemented, "plugin 'acme' is not supported"}
	configured := func(ctx context.Context) error {
		found, err := pluginsNamed(ctx, plugins, "acme")
		if err == nil && len(found) == 0 {
			return errNotFound
		}
		return err
	}
	refuse := func(ctx context.Context, _ *request) (answer, error) {
		if err := configured(ctx); err != nil {
			return answer{}, err
		}
		return answer{}, notSupported
	}
	order := func(ctx context.Context, r *request) (answer, error) {
		if err := configured(ctx); err != nil {
			return answer{}, err
		}
		args, err := r.merged()
		if err != nil {
			return answer{}, err
		}
		host, _ := args["host"].(string)
		switch {
		case host == "":
			return answer{}, badRequest("host must be provided and containing a single domain")
		case strings.Contains(host, ":"):
			return answer{}, badRequest("port is not allowed in host")
		}
		return answer{}, notSupported
	}
	r.add("/acme", methods{http.MethodPost: order, http.MethodPatch: refuse})
	r.add("/acme/certificates", methods{http.MethodGet: refuse})
	r.add("/acme/certificates/{certificates}", methods{http.MethodGet: refuse})
}

// pluginsNamed returns the rows of a plugin.
func pluginsNamed(ctx context.Context, plugins collection, name string) ([]datastore.Document, error) {
	var rows []datastore.Document
	err := plugins.db.Each(ctx, plugins.entity, datastore.Key{}, func(row datastore.Document) error {
		if row["name"] == name {
			rows = append(rows, row)
		}
		return nil
	})
	return rows, err
}
