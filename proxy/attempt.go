package proxy

import (
	"github.com/kongo-gateway/kongo/balancer"
	"github.com/kongo-gateway/kongo/proxy/message"
	"github.com/kongo-gateway/kongo/proxy/upstream"
)

// attempts sends the request to destinations, beginning with d, until one answers. If none does it returns the status that the
// client is to be told of; 0 if the client cannot be told anything any more.
//
// Kong 3.9: retries of a service.
func (x *exchange) attempts(d destination) (*upstream.Response, int) {
	body, err := x.prepareBody()
	if err != nil {
		return nil, x.bodyFailed(err)
	}
	x.proxied = true
	left := x.service.retries
	for {
		x.balanced = x.now()
		response, err := x.attempt(&d, body)
		x.responded = x.now()
		if err == nil {
			x.upstreamStatus = response.StatusCode()
			x.report(&d, balancer.Outcome(x.upstreamStatus))
			return response, 0
		}
		failure := err.(*upstream.Error)
		if failure.ClientFault() {
			x.giveUp(failure.BodyTaken)
			return nil, 0
		}
		status := 502
		if failure.Timeout() {
			status = 504
		}
		x.upstreamStatus = status
		x.server.opts.Log.Error("upstream server failed", "error", failure, "service", x.service.id, "request_id", x.RequestID())
		// nginx counts no try for a connection that the server may have been about to close.
		if free := failure.Reused && !failure.Timeout(); !free {
			left--
		}
		if left < 0 || !x.repeatable(failure) || !x.held.again(failure.BodyTaken) {
			x.report(&d, balancer.Outcome(status))
			x.returnBody(false, failure.BodyTaken)
			return nil, status
		}
		x.reportRetry(&d, failure)
		if d, err = x.snapshot.choose(x.server.ctx, x.service); err != nil {
			x.upstreamStatus = 503
			x.returnBody(false, failure.BodyTaken)
			return nil, 503
		}
	}
}

// attempt sends the request to one destination.
func (x *exchange) attempt(d *destination, body framing) (*upstream.Response, error) {
	x.composeHead(d, body)
	x.request = upstream.Request{
		Head:       x.head,
		Body:       x.held.body,
		Rest:       x.held.source(),
		Upgrade:    x.upgrade,
		Repeatable: !x.upgrade && x.idempotent(),
		Timeouts:   x.service.timeouts,
	}
	return x.peerAt(d).RoundTrip(&x.request)
}

// peerAt returns the handle for a destination.
func (x *exchange) peerAt(d *destination) *upstream.Peer {
	svc := x.service
	if svc.secure {
		secured := svc.tls
		secured.ServerName = x.serverName(d)
		if secured.Certificate == nil && d.group != nil {
			secured.Certificate = d.group.certificate
		}
		if secured.Certificate == nil {
			secured.Certificate = x.server.opts.ClientCertificate
		}
		return x.server.pool.Peer(d.addr, &secured)
	}
	switch {
	case d.address != nil:
		return d.address.Value.(*upstream.Peer)
	case svc.peer != nil:
		return svc.peer
	}
	return x.server.pool.Peer(d.addr, nil)
}

// serverName is the name that the upstream server is to have: what Host says, without the port.
func (x *exchange) serverName(d *destination) string {
	if x.terms.has(preserveHost) {
		if host := x.req.Value(message.Host); len(host) > 0 {
			return string(withoutPort(message.View(host)))
		}
	}
	return withoutPort(d.host)
}

// repeatable reports whether a request that failed may be sent again.
//
// Kong 3.9: nginx proxy_next_upstream, error and timeout. An invalid answer ends it, as does anything after a request began to
// be sent that could do harm when it is carried out twice.
func (x *exchange) repeatable(failure *upstream.Error) bool {
	if failure.Op == upstream.OpParse {
		return false
	}
	return !failure.Sent() || x.idempotent()
}

// idempotent reports whether it does no harm if the request is carried out twice, as nginx sees it.
func (x *exchange) idempotent() bool {
	switch string(x.req.Method) {
	case "POST", "LOCK", "PATCH":
		return false
	}
	return true
}

// report tells the balancer how the last attempt ended for the client.
func (x *exchange) report(d *destination, outcome balancer.Outcome) {
	if d.address == nil {
		return
	}
	if outcome == 504 {
		outcome = balancer.Timeout
	}
	d.group.balancer.Report(d.address, outcome)
}

// reportRetry tells the balancer of a failure after which another attempt is made.
func (x *exchange) reportRetry(d *destination, failure *upstream.Error) {
	if d.address == nil {
		return
	}
	outcome := balancer.TCPFailure
	if failure.Timeout() {
		outcome = balancer.Timeout
	}
	d.group.balancer.Report(d.address, outcome)
}

// statusClientGone is what is logged for a request whose client went away. Kong 3.9: nginx, client closed request.
const statusClientGone = 499

// giveUp ends an exchange whose client cannot be answered.
func (x *exchange) giveUp(taken bool) {
	x.returnBody(false, taken)
	x.status = statusClientGone
	x.client.Abort()
}

// bodyFailed returns the status for a request whose body could not be read, having given up if there is none.
func (x *exchange) bodyFailed(err error) int {
	status := bodyFailure(err)
	switch status {
	case 0:
		x.giveUp(true)
	case 500:
		x.server.opts.Log.Error("request failed", "error", err, "request_id", x.RequestID())
	}
	return status
}
