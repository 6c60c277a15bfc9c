package router

// Request is what a match looks at. Its strings may be views of a buffer that the caller reuses: Match keeps none of
// them, except that the Captures of the Result refer to Path.
type Request struct {
	// Method as received; case matters.
	Method string

	// Host is the text of the Host header (or :authority) as sent, port included; "" if there was none.
	Host string

	// Path is the normalised path, see urlpath.Normalize.
	Path string

	// TLS tells whether this connection is encrypted, whatever X-Forwarded-Proto says.
	TLS bool

	// SNI is the server name of the TLS handshake, "" if the client named none.
	SNI string

	// Port is the port that the connection came in on, for a Host without one.
	Port int

	// Headers gives the header lines; nil means none.
	Headers Headers
}

// Headers gives access to the header lines of a request.
type Headers interface {
	// HeaderLines returns all lines in the order received. Match calls it at most once, and not at all unless a
	// route of the router asks for a header, so an adapter can afford to build the list when it is called. The
	// router neither changes nor keeps it.
	HeaderLines() []HeaderLine
}

// HeaderLine is one line of a request's header.
type HeaderLine struct {
	Name, Value string
}
