package admin

import (
	"net/http"
	"sync/atomic"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

// API is the Admin API and the status API of a node. It holds nothing that would have to be closed.
type API struct {
	opts   Options
	model  *schema.Model
	admin  *server
	status *server
	// lastInUse are the plugins in use when they were last read.
	lastInUse atomic.Pointer[pluginsInUse]
}

// New returns the APIs of a node.
func New(opts Options) *API {
	if opts.Timeout == 0 {
		opts.Timeout = defaultTimeout
	}
	a := &API{opts: opts, model: opts.DB.Model()}

	a.admin = newServer(&a.opts)
	a.admin.origins, a.admin.credentials = opts.Origins, true
	a.addEntities(a.admin.routes)
	a.addSpecialEntities(a.admin.routes)
	a.addNode(a.admin.routes)

	a.status = newServer(&a.opts)
	a.addStatus(a.status.routes)
	a.addReady(a.status.routes)
	if e := a.model.Entity("targets"); e != nil && opts.Database == noDatabase {
		a.targets(a.collection(e)).show(a.status.routes)
	}
	return a
}

// Handler serves the Admin API.
func (a *API) Handler() http.Handler { return a.admin }

// StatusHandler serves the status API, which shows how a node is and changes nothing but its readiness. That of a node without
// a database shows how its targets are, too.
//
// Kong 3.9: status listener.
func (a *API) StatusHandler() http.Handler { return a.status }

// addSpecialEntities adds what certain entities have beyond the generated endpoints, where the model has them.
func (a *API) addSpecialEntities(r *routes) {
	for _, special := range []struct {
		entity string
		add    func(*routes, collection)
	}{
		{"acls", a.addGroups},
		{"certificates", a.addCertificates},
		{"consumers", addConsumers},
		{"plugins", a.addPlugins},
		{"targets", a.addTargets},
		{"tags", addTags},
		{"key_sets", addKeys},
		{"keys", addKeys},
	} {
		if e := a.model.Entity(special.entity); e != nil {
			special.add(r, a.collection(e))
		}
	}
	addSwitchedOff(r)
}

// addNode adds the endpoints that speak of the node.
func (a *API) addNode(r *routes) {
	a.addRoot(r)
	a.addStatus(r)
	a.addSchemas(r)
	a.addLogLevel(r)
	a.addTimers(r)
	a.addCache(r)
	if a.opts.Cluster != nil {
		a.addCluster(r)
	}
	a.addUnavailable(r)
	addEndpoints(r)
}

func (a *API) collection(e *schema.Entity) collection { return collection{db: a.opts.DB, entity: e} }
