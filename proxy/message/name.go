package message

// Name says which of the header names that mean something to a gateway a name is, so that it is compared once for each
// line of a header and not once for each question about it.
type Name uint8

// The names. Other is every name that is not listed.
const (
	Other Name = iota
	Accept
	Authorization
	Connection
	ContentLength
	ContentType
	Date
	Expect
	Host
	IfMatch
	IfModifiedSince
	IfNoneMatch
	IfRange
	IfUnmodifiedSince
	KeepAlive
	KongDebug
	Proxy
	ProxyConnection
	Referer
	Server
	TE
	Trailer
	TransferEncoding
	Upgrade
	UserAgent
	Via
	XForwardedFor
	XForwardedHost
	XForwardedPath
	XForwardedPort
	XForwardedPrefix
	XForwardedProto
	XKongProxyLatency
	XKongRequestID
	XKongUpstreamLatency
	XKongUpstreamStatus
	XRealIP
	// XAccel is every name that begins with X-Accel-: instructions for nginx.
	XAccel
	names
)

var spelled = [names]string{
	Accept:               "accept",
	Authorization:        "authorization",
	Connection:           "connection",
	ContentLength:        "content-length",
	ContentType:          "content-type",
	Date:                 "date",
	Expect:               "expect",
	Host:                 "host",
	IfMatch:              "if-match",
	IfModifiedSince:      "if-modified-since",
	IfNoneMatch:          "if-none-match",
	IfRange:              "if-range",
	IfUnmodifiedSince:    "if-unmodified-since",
	KeepAlive:            "keep-alive",
	KongDebug:            "kong-debug",
	Proxy:                "proxy",
	ProxyConnection:      "proxy-connection",
	Referer:              "referer",
	Server:               "server",
	TE:                   "te",
	Trailer:              "trailer",
	TransferEncoding:     "transfer-encoding",
	Upgrade:              "upgrade",
	UserAgent:            "user-agent",
	Via:                  "via",
	XForwardedFor:        "x-forwarded-for",
	XForwardedHost:       "x-forwarded-host",
	XForwardedPath:       "x-forwarded-path",
	XForwardedPort:       "x-forwarded-port",
	XForwardedPrefix:     "x-forwarded-prefix",
	XForwardedProto:      "x-forwarded-proto",
	XKongProxyLatency:    "x-kong-proxy-latency",
	XKongRequestID:       "x-kong-request-id",
	XKongUpstreamLatency: "x-kong-upstream-latency",
	XKongUpstreamStatus:  "x-kong-upstream-status",
	XRealIP:              "x-real-ip",
}

const accelPrefix = "x-accel-"

// byLength lists the names of each length.
var byLength = func() (table [24][]Name) {
	for name, text := range spelled {
		if text != "" {
			table[len(text)] = append(table[len(text)], Name(name))
		}
	}
	return table
}()

// Identify returns which name this is, in any case.
func Identify(name []byte) Name {
	if len(name) == 0 {
		return Other
	}
	if len(name) < len(byLength) {
		first := lower(name[0])
		for _, candidate := range byLength[len(name)] {
			text := spelled[candidate]
			// Most candidates differ in the last byte, and nearly all names begin with an x or with a letter of their own.
			if text[0] == first && text[len(text)-1] == lower(name[len(name)-1]) && EqualFold(name, text) {
				return candidate
			}
		}
	}
	if len(name) >= len(accelPrefix) && EqualFold(name[:len(accelPrefix)], accelPrefix) {
		return XAccel
	}
	return Other
}

// Names is a set of names.
type Names uint64

// NamesOf returns the set of the given names.
func NamesOf(list ...Name) (set Names) {
	for _, name := range list {
		set |= 1 << name
	}
	return set
}

// Has reports whether a name is in the set.
func (n Names) Has(name Name) bool { return n&(1<<name) != 0 }
