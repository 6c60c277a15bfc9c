package router

// Route is what a route asks of a request. An attribute that is empty asks for nothing; a route matches when every
// attribute it sets is satisfied, and an attribute is satisfied by any of its values. A router keeps none of the slices
// and maps.
//
// The protocols of a route are no part of this: they have no say in which route is chosen, only in what becomes of the
// request then.
type Route struct {
	// ID is the id of the route, a UUID in lower case. Among routes of equal priority the larger one wins.
	ID string

	// CreatedAt is when the route was made. In the Traditional order the older one of equal routes wins, whatever their ids.
	CreatedAt int64

	// Methods are compared exactly with the method of the request, after being upper-cased themselves.
	Methods []string

	// Hosts are names as configured: plain or with one * at either end, with or without a port. Case matters.
	Hosts []string

	// Paths are plain prefixes of the normalised request path or, after a leading ~, regular expressions.
	Paths []string

	// Headers are the accepted values by header name. A value that begins with ~* is a regular expression.
	Headers map[string][]string

	// SNIs are compared with the server name of the TLS handshake, and ask for nothing of a request without TLS.
	SNIs []string

	// RegexPriority ranks routes with regular expressions against each other.
	RegexPriority int64

	// Value belongs to the caller; the router hands it back with the match.
	Value any

	// Summary belongs to the caller, too: what a request asks first of Value, so that it need not wait until that comes from
	// memory.
	Summary uint64
}

// Order selects how the priority of a route is computed from its attributes, and with it the flavour of the router.
type Order uint8

const (
	// Released is the order that Kong 3.0 to 3.9 really use.
	Released Order = iota
	// Documented is the order that Kong's documentation describes.
	Documented
	// Traditional is the order of the flavour traditional, and of Kong 2. A host entry with a port then wants it in the Host of
	// the request, and of a header's values only one that stands alone can be a regular expression.
	Traditional
)

// DefaultMaxHeaders is how many header lines of a request are looked at unless Options say otherwise: Kong's default
// of lua_max_req_headers.
const DefaultMaxHeaders = 100

// Options of a Router.
type Options struct {
	// Order ranks the routes.
	Order Order

	// MaxHeaders is the number of header lines of a request that are looked at; lines beyond it are not seen.
	// 0 or less means DefaultMaxHeaders.
	MaxHeaders int
}
