package proxy

import (
	"time"

	"github.com/kongo-gateway/kongo/balancer"
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/proxy/message"
	"github.com/kongo-gateway/kongo/proxy/router"
	"github.com/kongo-gateway/kongo/urlpath"
)

// serve leads a request through the pipeline and answers it.
func (x *exchange) serve() {
	if !x.readTarget() {
		x.sendPage(400)
		return
	}
	x.rewrite()
	if !x.answer.given {
		x.findRoute()
	}
	if !x.answer.given {
		x.checkProtocol()
	}
	if !x.answer.given {
		x.access()
	}
	if x.answer.given {
		x.sendAnswer()
		return
	}
	x.forward()
}

// readTarget takes the target of the request apart. It reports false if that is not acceptable.
func (x *exchange) readTarget() (ok bool) {
	var err error
	x.rawPath, x.query, err = urlpath.SplitTarget(message.View(x.req.Target))
	if err != nil {
		return false
	}
	x.path = urlpath.Normalize(x.rawPath, &x.pathRoom)
	return true
}

// rewrite runs the global plugins that act before a route is known.
func (x *exchange) rewrite() {
	x.chain = x.snapshot.global
	if x.chain == nil {
		return
	}
	for _, step := range x.chain.Rewrite {
		if err := step.Handler.Rewrite(x); err != nil {
			x.pluginFailed(step.Plugin, plugin.Rewrite, err)
			x.Answer(500, "")
		}
		if x.answer.given {
			return
		}
	}
}

func (x *exchange) findRoute() {
	x.match = router.Request{
		Method:  message.View(x.req.Method),
		Host:    message.View(x.req.Value(message.Host)),
		Path:    x.path,
		TLS:     x.secure,
		SNI:     x.sni,
		Port:    x.port,
		Headers: x,
	}
	if !x.snapshot.router.Match(&x.match, &x.result) {
		x.Answer(404, "no Route matched with those values")
		return
	}
	x.route = x.result.Value.(*route)
	x.terms = termsOf(x.result.Summary)
	x.pathLength = x.result.PathLength
	x.service = x.snapshot.service(x.terms)
	x.chain = x.snapshot.chain(x.route, x.service)
}

// access runs the plugins of the route and answers if there is no service behind it.
func (x *exchange) access() {
	if x.chain != nil {
		x.accessPlugins()
	}
	if x.service == nil && !x.answer.given {
		x.Answer(503, "no Service found with those values")
	}
}

// accessPlugins runs the plugins of the route, unless there is one that cannot be run. Those that are tied to a consumer are
// not among them: nobody is known to be one before a plugin has authenticated the client, and until then they do not apply.
func (x *exchange) accessPlugins() {
	if name := x.chain.Unsupported; name != "" {
		x.Answer(501, "plugin '"+name+"' is not supported")
		return
	}
	for _, step := range x.chain.Access {
		if err := step.Handler.Access(x); err != nil {
			x.pluginFailed(step.Plugin, plugin.Access, err)
			x.Answer(500, "")
		}
		if x.answer.given {
			return
		}
	}
}

func (x *exchange) pluginFailed(name string, phase plugin.Phase, err error) {
	x.server.opts.Log.Error("plugin failed", "plugin", name, "phase", phase, "error", err, "request_id", x.RequestID())
}

// forward sends the request to the upstream server and its response to the client. The first destination is found before the
// server is responsible, so that its failure is answered by the gateway.
func (x *exchange) forward() {
	d, err := x.snapshot.choose(x.server.ctx, x.service)
	if err != nil {
		x.unreachable(err)
		x.sendAnswer()
		return
	}
	x.upgrade = wantsUpgrade(x.req)
	response, status := x.attempts(d)
	if response == nil {
		if status != 0 {
			x.sendPage(status)
		}
		return
	}
	x.respond(response)
}

// unreachable answers for a service to which no way was found.
func (x *exchange) unreachable(err error) {
	status := 500
	if err == errUnresolved || err == balancer.ErrNoPeer {
		status = 503
	} else {
		x.server.opts.Log.Error("no destination for a request", "service", x.service.id, "error", err, "request_id", x.RequestID())
	}
	x.Answer(status, err.Error())
}

// now returns the present moment.
func (x *exchange) now() time.Duration { return x.server.clients.Now() }
