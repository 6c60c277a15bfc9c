package plugin

// Phase is a point in the life of a request, or of the connection that carries it, at which plugins act.
//
// Kong 3.9: plugin development, phases.
type Phase uint8

// The phases in their order.
const (
	// Certificate runs in the TLS handshake, once for a connection. Only global plugins take part.
	Certificate Phase = iota
	// Rewrite runs before a route is chosen. Only global plugins take part.
	Rewrite
	// Access runs when the route is known and before the request goes upstream.
	Access
	// Response runs when the whole response of the upstream is there and nothing of it was sent to the client.
	Response
	// HeaderFilter runs before the head of a response is sent, be it the upstream's or one of the gateway itself.
	HeaderFilter
	// BodyFilter runs for each piece of a response body.
	BodyFilter
	// Log runs when the response has been sent.
	Log
)

var phaseNames = [...]string{"certificate", "rewrite", "access", "response", "header_filter", "body_filter", "log"}

// String returns the name of the phase in Kong's documentation.
func (p Phase) String() string {
	if int(p) >= len(phaseNames) {
		return "unknown"
	}
	return phaseNames[p]
}
