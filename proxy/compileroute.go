package proxy

import "github.com/kongo-gateway/kongo/proxy/router"

// compileRoute turns a row into a route. It reports false if the route has no place in the router: because it is none of HTTP,
// or because its service is disabled or not there.
func (d *draft) compileRoute(r row) (router.Route, bool) {
	t := terms{
		service:   noSlot,
		redirect:  uint16(r.number("https_redirect_status_code")),
		protocols: protocolsOf(r.texts("protocols")),
	}
	if t.protocols == 0 {
		return router.Route{}, false
	}
	// Kong 3.9: paths of gRPC routes are never stripped.
	t.traits.set(stripPath, r.flag("strip_path") && !t.protocols.has(protocolGRPC|protocolGRPCS))
	t.traits.set(preserveHost, r.flag("preserve_host"))
	t.traits.set(streamRequests, r["request_buffering"] == false)
	t.traits.set(streamResponses, r["response_buffering"] == false)
	// Kong 3.9: path handling v1 counts in traditional only.
	t.traits.set(pathHandlingV1, r.text("path_handling") == "v1" && d.b.server.opts.RouterOrder == router.Traditional)
	if id := r.reference("service"); id != "" {
		slot, known := d.model.services[id]
		if svc := d.next.services.at(slot); !known || svc == nil || svc.disabled {
			return router.Route{}, false
		}
		t.service = int32(slot)
	}
	return router.Route{
		ID:            r.id(),
		CreatedAt:     r.number("created_at"),
		Methods:       r.texts("methods"),
		Hosts:         r.texts("hosts"),
		Paths:         r.texts("paths"),
		Headers:       r.lists("headers"),
		SNIs:          r.texts("snis"),
		RegexPriority: r.number("regex_priority"),
		Value:         &route{id: r.id(), name: r.text("name")},
		Summary:       t.word(),
	}, true
}
