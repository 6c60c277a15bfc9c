package plugin

import (
	"context"
	"log/slog"
	"net/netip"
)

// Exchange is one request and its response as handlers see them. It belongs to the goroutine of the request and ends with
// the phase Log.
//
// Texts are views of the buffers of the connection: a handler that keeps one beyond the request makes a copy.
type Exchange interface {
	// Context ends when the node stops for good.
	Context() context.Context
	// Log is the node's log.
	Log() *slog.Logger

	// RequestID is the id that the client and the upstream server learn as X-Kong-Request-Id.
	RequestID() string
	// ClientIP is the address of the client after trusted_ips and real_ip_header were taken into account.
	ClientIP() netip.Addr

	// Method is the method as received, Path the normalised path and Query the query with its "?", "" if there is none.
	Method() string
	Path() string
	Query() string
	// Header returns the value of the first header line of a name, in any case, and whether there is one.
	Header(name string) (value string, ok bool)

	// Route and Service are those of the request. They are zero before the phase Access, if no route matched, and the
	// latter if the route has no service.
	Route() Entity
	Service() Entity

	// Answer has the gateway answer the request itself, with Kong's error body in a form that the client accepts. An empty
	// message is the usual one of the status. It has an effect in the phases Rewrite and Access only: the handlers of later
	// plugins in that phase are skipped, and nothing goes upstream.
	Answer(status int, message string)

	// Status is the status of the response, from the phase HeaderFilter on.
	Status() int
}

// Entity names a row.
type Entity struct {
	ID   string
	Name string // "" if it has none
}
