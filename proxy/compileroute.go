package proxy

import (
	"github.com/kongo-gateway/kongo/proxy/router"
	"github.com/kongo-gateway/kongo/urlpath"
)

// compileRoute turns a row into a route. It reports false if the route has no place in the router: because it is none of HTTP,
// or because its service is disabled or not there.
func (d *draft) compileRoute(r row) (router.Route, bool) {
	compiled := &route{
		id:              r.id(),
		name:            r.text("name"),
		service:         noSlot,
		protocols:       protocolsOf(r.texts("protocols")),
		redirect:        int(r.number("https_redirect_status_code")),
		preserveHost:    r.flag("preserve_host"),
		streamRequests:  r["request_buffering"] == false,
		streamResponses: r["response_buffering"] == false,
	}
	if compiled.protocols == 0 {
		return router.Route{}, false
	}
	// Kong 3.9: paths of gRPC routes are never stripped.
	compiled.strip = r.flag("strip_path") && !compiled.protocols.has(protocolGRPC|protocolGRPCS)
	// Kong 3.9: path handling v1 counts in traditional only.
	if r.text("path_handling") == "v1" && d.b.server.opts.RouterOrder == router.Traditional {
		compiled.handling = urlpath.V1
	}
	if id := r.reference("service"); id != "" {
		slot, known := d.model.services[id]
		if svc := d.next.services.at(slot); !known || svc == nil || svc.disabled {
			return router.Route{}, false
		}
		compiled.service = slot
	}
	return router.Route{
		ID:            compiled.id,
		CreatedAt:     r.number("created_at"),
		Methods:       r.texts("methods"),
		Hosts:         r.texts("hosts"),
		Paths:         r.texts("paths"),
		Headers:       r.lists("headers"),
		SNIs:          r.texts("snis"),
		RegexPriority: r.number("regex_priority"),
		Value:         compiled,
		Room:          compiled.texts[:],
	}, true
}
