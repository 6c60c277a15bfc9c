package proxy

import (
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/proxy/router"
)

// snapshot is a configuration, ready for requests. It never changes: a change of the configuration makes another snapshot,
// which shares with its predecessor whatever is the same.
//
// Routes refer to their service, and services to their upstream, by a number, their slot in a table. So a change to a service
// with thousands of routes, or to an upstream with thousands of services, replaces one element.
type snapshot struct {
	router    *router.Router // its values are of type *route, its summaries terms
	services  table[*service]
	upstreams table[*upstreamGroup]
	groups    map[string]*upstreamGroup // the upstreams by id

	plugins *plugin.Set
	// global is the chain of requests for which no route is known.
	global *plugin.Chain

	certificates serverNames
}

// noSlot stands for the slot of something that is not there.
const noSlot = -1

// service returns the service of a route, nil if it has none.
func (s *snapshot) service(t terms) *service { return s.services.at(int(t.service)) }

// chain returns the plugins that a request of a route passes, nil if there are none.
func (s *snapshot) chain(r *route, svc *service) *plugin.Chain {
	if s.plugins == nil {
		return nil
	}
	return r.chain(s.plugins, svc)
}
