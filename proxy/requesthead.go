package proxy

import (
	"strconv"

	"github.com/kongo-gateway/kongo/proxy/message"
	"github.com/kongo-gateway/kongo/urlpath"
)

// replaced are the headers of a client that do not go upstream as they are: the gateway says something of its own in their
// place, or they concern the connection to the client only.
var replaced = message.NamesOf(
	message.TE, message.Via, message.Host, message.Upgrade, message.Connection,
	message.XForwardedFor, message.XForwardedProto, message.XForwardedHost, message.XForwardedPort, message.XForwardedPath,
	message.XForwardedPrefix, message.XRealIP,
	message.ContentLength, message.TransferEncoding,
	message.Proxy, message.ProxyConnection, message.KeepAlive, message.Expect,
)

// framing is how the end of a request body is found. The zero value is that of a request without a body, of which the length
// is not said.
type framing struct {
	known  bool
	length int64
	chunks bool
}

// composeHead composes the head of the request as the upstream server gets it.
//
// Kong 3.9: headers to the upstream, in Kong's order.
func (x *exchange) composeHead(d *destination, body framing) {
	b := append(x.head[:0], x.req.Method...)
	b = append(b, ' ')
	b = urlpath.AppendUpstream(b, x.service.path, x.path, x.pathLength, x.terms.has(stripPath), x.terms.handling())
	b = append(b, x.query...)
	b = append(b, " HTTP/1.1\r\n"...)

	if message.HasElement(x.req.Value(message.TE), "trailers") {
		b = append(b, "TE: trailers\r\n"...)
	}
	b = x.appendVia(append(b, "Via: "...))
	b = x.appendHost(append(b, "\r\nHost: "...), d)
	if x.upgrade {
		b = append(b, "\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"...)
	} else {
		b = append(b, "\r\nConnection: keep-alive\r\n"...)
	}
	b = x.appendForwarded(b)
	if x.server.upstreamRequestID {
		b = appendField(b, "X-Kong-Request-Id", x.id[:])
	}
	switch {
	case body.known:
		b = append(b, "Content-Length: "...)
		b = strconv.AppendInt(b, body.length, 10)
		b = append(b, "\r\n"...)
	case body.chunks:
		b = append(b, "Transfer-Encoding: chunked\r\n"...)
	}
	x.head = append(x.appendRemaining(b), "\r\n"...)
}

func appendField(b []byte, name string, value []byte) []byte {
	b = append(b, name...)
	b = append(b, ": "...)
	b = append(b, value...)
	return append(b, "\r\n"...)
}

// appendVia appends the value of Via: that of the client, and this gateway behind it.
func (x *exchange) appendVia(b []byte) []byte {
	if x.req.Has(message.Via) {
		for i := range x.req.Fields {
			if f := &x.req.Fields[i]; f.Known == message.Via && len(f.Value) > 0 {
				b = append(b, f.Value...)
				b = append(b, ", "...)
			}
		}
	}
	switch x.req.Version {
	case message.HTTP10:
		b = append(b, "1.0 "...)
	case message.HTTP11:
		b = append(b, "1.1 "...)
	default:
		b = append(b, "2 "...)
	}
	return append(b, x.server.opts.Product...)
}

// appendHost appends the value of Host. Kong 3.9: balancer, upstream host.
func (x *exchange) appendHost(b []byte, d *destination) []byte {
	if x.terms.has(preserveHost) {
		if host := x.req.Value(message.Host); len(host) > 0 {
			return append(b, host...)
		}
	}
	b = append(b, d.host...)
	if port := d.addr.Port(); !x.service.hasDefaultPort(port) {
		b = append(b, ':')
		b = strconv.AppendUint(b, uint64(port), 10)
	}
	return b
}

// appendForwarded appends what the upstream server is told of the client and of the request as it came. For all but
// X-Forwarded-For and X-Real-IP a trusted peer has the first word.
//
// Kong 3.9: X-Forwarded headers. An empty value is not sent.
func (x *exchange) appendForwarded(b []byte) []byte {
	b = append(b, "X-Forwarded-For: "...)
	if list := x.req.Value(message.XForwardedFor); len(list) > 0 {
		b = append(b, list...)
		b = append(b, ", "...)
		b = append(b, x.peerText...)
	} else {
		b = x.appendRemote(b)
	}
	b = append(b, "\r\n"...)

	if proto := x.trustedValue(message.XForwardedProto); proto != nil {
		b = appendUnlessEmpty(b, "X-Forwarded-Proto", proto)
	} else if x.secure {
		b = append(b, "X-Forwarded-Proto: https\r\n"...)
	} else {
		b = append(b, "X-Forwarded-Proto: http\r\n"...)
	}

	if host := x.trustedValue(message.XForwardedHost); host != nil {
		b = appendUnlessEmpty(b, "X-Forwarded-Host", host)
	} else {
		b = x.appendOwnHost(append(b, "X-Forwarded-Host: "...))
		b = append(b, "\r\n"...)
	}

	port := x.trustedValue(message.XForwardedPort)
	if port == nil {
		port = x.published
	}
	b = appendUnlessEmpty(b, "X-Forwarded-Port", port)

	if path := x.trustedValue(message.XForwardedPath); path != nil {
		b = appendUnlessEmpty(b, "X-Forwarded-Path", path)
	} else {
		b = append(b, "X-Forwarded-Path: "...)
		b = append(b, x.rawPath...)
		b = append(b, "\r\n"...)
	}

	if prefix := x.trustedValue(message.XForwardedPrefix); prefix != nil {
		b = appendUnlessEmpty(b, "X-Forwarded-Prefix", prefix)
	} else if stripped := x.strippedPrefix(); stripped != "" && stripped != "/" {
		b = appendVisible(append(b, "X-Forwarded-Prefix: "...), stripped)
		b = append(b, "\r\n"...)
	}

	b = append(b, "X-Real-IP: "...)
	b = x.appendRemote(b)
	return append(b, "\r\n"...)
}

func appendUnlessEmpty(b []byte, name string, value []byte) []byte {
	if len(value) == 0 {
		return b
	}
	return appendField(b, name, value)
}

// appendVisible appends text of a decoded path. Control bytes, which could end the line, are escaped again.
func appendVisible(b []byte, text string) []byte {
	const hex = "0123456789ABCDEF"
	for i := range len(text) {
		if c := text[i]; c < ' ' || c == 0x7f {
			b = append(b, '%', hex[c>>4], hex[c&15])
		} else {
			b = append(b, c)
		}
	}
	return b
}

// strippedPrefix returns the part of the path that does not go upstream.
func (x *exchange) strippedPrefix() string {
	if !x.terms.has(stripPath) || x.pathLength <= 0 {
		return ""
	}
	return x.path[:min(x.pathLength, len(x.path))]
}

// appendRemote appends the address of the client.
func (x *exchange) appendRemote(b []byte) []byte {
	if x.remote == x.peer {
		return append(b, x.peerText...)
	}
	return x.remote.AppendTo(b)
}

// unnamedHost is what requests without a Host are taken to be for. Kong 3.9: nginx server name.
const unnamedHost = "kong"

// appendOwnHost appends the name under which the gateway was asked, in lower case and without a port.
func (x *exchange) appendOwnHost(b []byte) []byte {
	host := urlpath.Authority(message.View(x.req.Target))
	if host == "" {
		host = message.View(x.req.Value(message.Host))
	}
	if host = withoutPort(host); host == "" {
		host = unnamedHost
	}
	for i := range len(host) {
		c := host[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		b = append(b, c)
	}
	return b
}

// appendForwardedHost appends the host that the client asked for, by what a trusted peer says if it says something.
func (x *exchange) appendForwardedHost(b []byte) []byte {
	if host := x.trustedValue(message.XForwardedHost); host != nil {
		return append(b, host...)
	}
	return x.appendOwnHost(b)
}

// withoutPort returns a host without what follows the last colon, unless that is within brackets.
func withoutPort(host string) string {
	for i := len(host) - 1; i >= 0 && host[i] != ']'; i-- {
		if host[i] == ':' {
			return host[:i]
		}
	}
	return host
}

// appendRemaining appends the lines of the client's header that go upstream as they are.
func (x *exchange) appendRemaining(b []byte) []byte {
	drop := x.server.replaced
	named := x.connectionNamesHeaders()
	for i := range x.req.Fields {
		f := &x.req.Fields[i]
		if drop.Has(f.Known) || named && x.namedByConnection(f.Name) {
			continue
		}
		b = append(b, f.Name...)
		b = append(b, ": "...)
		b = append(b, f.Value...)
		b = append(b, "\r\n"...)
	}
	return b
}

// connectionNamesHeaders tells whether the client's Connection may name headers that concern its connection only.
func (x *exchange) connectionNamesHeaders() bool {
	if !x.req.Has(message.Connection) {
		return false
	}
	for i := range x.req.Fields {
		if f := &x.req.Fields[i]; f.Known == message.Connection {
			switch string(f.Value) {
			case "keep-alive", "close", "upgrade", "Upgrade", "Keep-Alive":
			default:
				return true
			}
		}
	}
	return false
}

func (x *exchange) namedByConnection(name []byte) bool {
	for i := range x.req.Fields {
		if f := &x.req.Fields[i]; f.Known == message.Connection && hasName(f.Value, name) {
			return true
		}
	}
	return false
}

// hasName reports whether a list of header names has a name, in any case.
func hasName(list, name []byte) bool {
	for {
		var element []byte
		if element, list = message.NextElement(list); element == nil {
			return false
		}
		if equalFold(element, message.View(name)) {
			return true
		}
	}
}

// equalFold compares names of headers without regard to the case of ASCII letters.
func equalFold(a []byte, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i, c := range a {
		if c != b[i] && (c|0x20 != b[i]|0x20 || c|0x20 < 'a' || c|0x20 > 'z') {
			return false
		}
	}
	return true
}
