package proxy

import (
	"bytes"

	"github.com/kongo-gateway/kongo/proxy/message"
)

// checkProtocol answers requests whose protocol the route does not have. Kong 3.9: router, after the match.
func (x *exchange) checkProtocol() {
	p := x.terms.protocols
	switch {
	case p.has(protocolHTTPS) && !p.has(protocolHTTP) && !x.overTLS():
		if x.terms.redirect == 426 {
			x.Answer(426, "Please use HTTPS protocol")
			x.answer.extra = upgradeToTLS
		} else {
			x.Answer(int(x.terms.redirect), "")
			x.answer.extra = redirectToTLS
		}
	case p.has(protocolGRPC | protocolGRPCS):
		x.checkGRPC()
	}
}

func (x *exchange) checkGRPC() {
	switch {
	case !bytes.HasPrefix(x.req.Value(message.ContentType), []byte("application/grpc")):
		x.Answer(415, "Non-gRPC request matched gRPC route")
	case x.req.Version < message.HTTP2:
		x.Answer(426, "Please use HTTP2 protocol")
		x.answer.extra = upgradeToHTTP2
	case !x.terms.protocols.has(protocolGRPC) && !x.overTLS():
		x.Answer(200, "gRPC request matched gRPCs route")
		x.answer.extra = refuseGRPC
	}
}

// overTLS tells whether the client is connected over TLS, by what a trusted peer says if it says something.
func (x *exchange) overTLS() bool {
	if proto := x.trustedValue(message.XForwardedProto); proto != nil {
		return string(proto) == "https"
	}
	return x.secure
}

// trustedValue returns a header of the request if the peer is trusted and sent it; else nil.
func (x *exchange) trustedValue(name message.Name) []byte {
	if !x.trusted {
		return nil
	}
	return x.req.Value(name)
}
