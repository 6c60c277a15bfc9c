package admin

import (
	"context"
	"net/http"
)

// noDatabase is the value of Options.Database for a node without one.
const noDatabase = "off"

// addSwitchedOff refuses generated endpoints. Targets are reached through their upstream, and the certificate of an SNI by
// its own path.
//
// Kong 3.9: Admin API, all paths.
func addSwitchedOff(r *routes) {
	for _, pattern := range []string{
		"/targets", "/targets/{targets}", "/targets/{targets}/upstream", "/snis/{snis}/certificate",
	} {
		r.refuse(pattern, errNotFound)
	}
	noFilters := badRequest("this endpoint is only available when wasm is enabled")
	for _, pattern := range []string{
		"/filter-chains", "/filter-chains/{filter_chains}",
		"/filter-chains/{filter_chains}/route", "/filter-chains/{filter_chains}/service",
		"/routes/{routes}/filter-chains", "/routes/{routes}/filter-chains/{filter_chains}",
		"/services/{services}/filter-chains", "/services/{services}/filter-chains/{filter_chains}",
		"/routes/{routes}/filters/all", "/routes/{routes}/filters/disabled", "/routes/{routes}/filters/enabled",
	} {
		r.refuse(pattern, noFilters)
	}
}

// addUnavailable adds the endpoints that are there on some kinds of node only. Clients tell by their answers what kind this
// one is.
//
// Kong 3.9: Admin API, /config and /clustering.
func (a *API) addUnavailable(r *routes) {
	unavailable := func(on string) handler {
		err := badRequest("this endpoint is only available when Kong is configured to " + on)
		return func(context.Context, *request) (answer, error) { return answer{}, err }
	}
	if a.opts.Database == noDatabase {
		a.addConfig(r)
	} else {
		config := unavailable("not use a database")
		r.add("/config", methods{http.MethodGet: config, http.MethodPost: config})
		r.at("/config").yaml = true
	}
	controlPlane := unavailable("run as Control Plane for the cluster")
	r.add("/clustering/data-planes", methods{http.MethodGet: controlPlane})
	r.add("/clustering/status", methods{http.MethodGet: controlPlane})
}
