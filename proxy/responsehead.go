package proxy

import (
	"strconv"
	"time"

	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/proxy/message"
	"github.com/kongo-gateway/kongo/proxy/upstream"
)

// responseHeaders says which header lines of its own the gateway adds to responses, and which ones of upstream servers make
// room for them. Kong 3.9: setting headers.
type responseHeaders struct {
	server, via, requestID                         bool
	upstreamStatus                                 bool
	proxyLatency, upstreamLatency, responseLatency bool

	dropped message.Names
}

func newResponseHeaders(enabled map[string]bool) responseHeaders {
	h := responseHeaders{
		server:          enabled["Server"],
		via:             enabled["Via"],
		requestID:       enabled["X-Kong-Request-Id"],
		upstreamStatus:  enabled["X-Kong-Upstream-Status"],
		proxyLatency:    enabled["X-Kong-Proxy-Latency"],
		upstreamLatency: enabled["X-Kong-Upstream-Latency"],
		responseLatency: enabled["X-Kong-Response-Latency"],
		dropped: message.NamesOf(message.Connection, message.KeepAlive, message.TransferEncoding, message.ContentLength,
			message.XAccel),
	}
	for name, replaces := range map[message.Name]bool{
		message.Via:                  h.via,
		message.XKongRequestID:       h.requestID,
		message.XKongUpstreamStatus:  h.upstreamStatus,
		message.XKongProxyLatency:    h.proxyLatency,
		message.XKongUpstreamLatency: h.upstreamLatency,
	} {
		if replaces {
			h.dropped |= message.NamesOf(name)
		}
	}
	return h
}

// filterHeader runs the plugins that act on the head of a response.
func (x *exchange) filterHeader() {
	if x.chain == nil {
		return
	}
	for _, step := range x.chain.HeaderFilter {
		if err := step.Handler.FilterHeader(x); err != nil {
			x.pluginFailed(step.Plugin, plugin.HeaderFilter, err)
		}
	}
}

// sendResponseFields passes the header of an upstream server's response on, without what concerns only the connection to that
// server, and adds what the gateway has to say.
//
// Kong 3.9: response headers to the client.
func (x *exchange) sendResponseFields(response *upstream.Response) {
	var has message.Names
	names := connectionNamesFields(response)
	for i := range response.Len() {
		name, value := response.Field(i)
		known := message.Identify(name)
		has |= message.NamesOf(known)
		if x.server.headers.dropped.Has(known) || x.hopByHop(known, value) || names && namedByUpstream(response, name) {
			continue
		}
		if known == message.ContentType {
			value = x.withCharset(value)
		}
		x.client.Field(message.View(name), value)
	}
	if !has.Has(message.Date) {
		x.client.Field("Date", x.server.wall.at(x.responded).date)
	}
	x.sendDebugFields()
	if !has.Has(message.Server) {
		x.sendServer()
	}
	x.sendProxiedFields(response, has)
	x.sendRequestID()
}

// hopByHop tells whether a line by its name concerns only the connection to the upstream server.
func (x *exchange) hopByHop(known message.Name, value []byte) bool {
	switch known {
	case message.Upgrade:
		return !x.upgrade || !message.EqualFold(value, "websocket")
	case message.Trailer:
		return !message.HasElement(x.req.Value(message.TE), "trailers")
	}
	return false
}

// connectionNamesFields tells whether a Connection of the server may name lines that concern only its connection.
func connectionNamesFields(response *upstream.Response) bool {
	for i := range response.Len() {
		if name, value := response.Field(i); message.EqualFold(name, "connection") && !isPersistence(value) {
			return true
		}
	}
	return false
}

// namedByUpstream tells whether a Connection of the server names a line. Upgrade is none of those: it has a rule of its own.
func namedByUpstream(response *upstream.Response, name []byte) bool {
	if message.EqualFold(name, "upgrade") {
		return false
	}
	for i := range response.Len() {
		if n, value := response.Field(i); message.EqualFold(n, "connection") && hasName(value, name) {
			return true
		}
	}
	return false
}

// isPersistence tells whether a Connection says nothing but whether there will be another request, as nearly all do.
func isPersistence(connection []byte) bool {
	return message.EqualFold(connection, "keep-alive") || message.EqualFold(connection, "close")
}

// withCharset adds the charset to a type that has none. Kong 3.9: nginx charset, with its charset_types.
func (x *exchange) withCharset(contentType []byte) []byte {
	suffix := x.server.charset
	if suffix == "" {
		return contentType
	}
	switch len(contentType) {
	case len("text/xml"), len("text/html"), len("text/plain"), len("text/vnd.wap.wml"), len("application/rss+xml"),
		len("application/javascript"):
	default:
		return contentType
	}
	for _, plain := range [...]string{
		"text/html", "text/xml", "text/plain", "text/vnd.wap.wml", "application/javascript", "application/rss+xml",
	} {
		if message.EqualFold(contentType, plain) {
			x.scratch = append(append(x.scratch[:0], contentType...), suffix...)
			return x.scratch
		}
	}
	return contentType
}

// sendDebugFields names the route and the service to clients that ask for it. Kong 3.9: allow_debug_header.
func (x *exchange) sendDebugFields() {
	if !x.server.opts.AllowDebugHeader || !x.req.Has(message.KongDebug) {
		return
	}
	send := func(name, value string) {
		if value != "" {
			x.scratch = append(x.scratch[:0], value...)
			x.client.Field(name, x.scratch)
		}
	}
	if x.route != nil {
		send("Kong-Route-Id", x.route.id)
		send("Kong-Route-Name", x.route.name)
	}
	if x.service != nil {
		send("Kong-Service-Id", x.service.id)
		send("Kong-Service-Name", x.service.name)
	}
}

// sendProxiedFields adds what is said of responses for which an upstream server is responsible, be it that it failed: response
// is nil then. has are the names that it has sent.
func (x *exchange) sendProxiedFields(response *upstream.Response, has message.Names) {
	h := &x.server.headers
	if h.upstreamStatus {
		x.sendNumber("X-Kong-Upstream-Status", int64(x.upstreamStatus))
	}
	if h.upstreamLatency {
		x.sendMilliseconds("X-Kong-Upstream-Latency", x.responded-x.balanced)
	}
	if h.proxyLatency {
		x.sendMilliseconds("X-Kong-Proxy-Latency", x.balanced-x.began)
	}
	if !h.via {
		return
	}
	x.scratch = x.scratch[:0]
	if has.Has(message.Via) {
		for i := range response.Len() {
			if name, value := response.Field(i); message.Identify(name) == message.Via && len(value) > 0 {
				x.scratch = append(x.scratch, value...)
				x.scratch = append(x.scratch, ", "...)
			}
		}
	}
	x.scratch = append(x.scratch, "1.1 "...)
	x.scratch = append(x.scratch, x.server.opts.Product...)
	x.client.Field("Via", x.scratch)
}

func (x *exchange) sendServer() {
	if x.server.headers.server {
		x.client.Field("Server", x.server.product)
	}
}

func (x *exchange) sendRequestID() {
	if x.server.headers.requestID {
		x.client.Field("X-Kong-Request-Id", x.id[:])
	}
}

func (x *exchange) sendMilliseconds(name string, d time.Duration) {
	x.sendNumber(name, d.Milliseconds())
}

func (x *exchange) sendNumber(name string, n int64) {
	x.scratch = strconv.AppendInt(x.scratch[:0], n, 10)
	x.client.Field(name, x.scratch)
}
