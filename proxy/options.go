package proxy

import (
	"crypto/tls"
	"crypto/x509"
	"log/slog"
	"net/netip"

	"github.com/kongo-gateway/kongo/balancer/dns"
	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/proxy/http1"
	"github.com/kongo-gateway/kongo/proxy/router"
	"github.com/kongo-gateway/kongo/proxy/upstream"
	"github.com/kongo-gateway/kongo/telemetry"
)

// Options are the settings of a data plane, in plain values. DB, Feed, Resolver and Log are required. The zero value of
// everything else works; the defaults of kong.conf are the business of whoever fills it.
type Options struct {
	// DB is read when the configuration is loaded and when Feed tells of changes.
	DB   *datastore.DB
	Feed *datastore.Feed
	// Resolver finds the addresses of services and targets. It is closed after the Server.
	Resolver *dns.Client
	// Plugins are those that are installed; nil for none.
	Plugins *plugin.Registry
	// IgnoreUnsupported has requests pass plugins that are configured but cannot be run, instead of answering 501. Where such
	// a plugin guards a route, requests are refused all the same. (kongo_unsupported_plugins = ignore)
	IgnoreUnsupported bool
	Log               *slog.Logger
	// AccessLog takes a line for each request; nil for none.
	AccessLog *telemetry.AccessLog

	// Product is how the gateway calls itself in Server and Via, such as "kongo/0.1.0".
	Product string

	// Clients are the limits for clients, Upstreams the settings of the connections to upstream servers.
	Clients   http1.Settings
	Upstreams upstream.Options
	// MaxConnections is how many connections of clients may be busy at a time; 0 stands for 262144.
	MaxConnections int

	// TLS is for the sockets whose listener.Spec says TLS. Its GetCertificate is asked for names that no SNI covers.
	TLS *tls.Config

	// RouterOrder ranks routes, MaxHeaders is how many header lines routes look at (lua_max_req_headers).
	RouterOrder router.Order
	MaxHeaders  int

	// Trusted are the peers whose word on the client's address and on X-Forwarded-* is taken. (trusted_ips)
	Trusted []netip.Prefix
	// RealIPHeader names the header with the client's address, or is "proxy_protocol". Empty stands for X-Real-IP.
	RealIPHeader    string
	RealIPRecursive bool
	// PublishedPorts maps listening ports to those under which clients know them. (port_maps)
	PublishedPorts map[int]int

	// BodyBuffer is how much of a request body is held in memory, in bytes; 0 stands for 8 KiB. (client_body_buffer_size)
	BodyBuffer int
	// TempDir is for chunked request bodies that exceed BodyBuffer; empty for the system's.
	TempDir string
	// StreamRequests and StreamResponses switch buffering off for all routes.
	StreamRequests, StreamResponses bool

	// Headers says of each header that the setting `headers` can name whether clients get it, UpstreamHeaders the same of
	// headers_upstream. The names are spelled as in Kong's documentation: Via, X-Kong-Request-Id.
	Headers, UpstreamHeaders map[string]bool
	// AllowDebugHeader answers requests that carry Kong-Debug with the route and the service.
	AllowDebugHeader bool
	// Charset is added to responses of the types that nginx adds one to; empty for none. (nginx_http_charset)
	Charset string

	// ErrorDefaultType is the type of error pages for requests that say nothing about it; empty stands for text/plain.
	ErrorDefaultType string
	// ErrorTemplates are the files with the texts of error pages.
	ErrorTemplates ErrorTemplates

	// ClientCertificate is presented to upstream servers where neither service nor upstream has one. (client_ssl_cert)
	ClientCertificate *tls.Certificate
	// ProbeRoots are trusted by active health checks over HTTPS; nil for the system's.
	ProbeRoots *x509.CertPool
}

// ErrorTemplates are paths of files; empty stands for the built-in text. (error_template_html and so on)
type ErrorTemplates struct {
	HTML, JSON, Plain, XML string
}
