package node

import (
	"context"
	"fmt"
	"time"

	"github.com/kongo-gateway/kongo/proxy"
	"github.com/kongo-gateway/kongo/proxy/http1"
	"github.com/kongo-gateway/kongo/proxy/upstream"
)

// Times that nginx has where no directive says otherwise. Nginx: client_header_timeout, client_body_timeout, send_timeout,
// keepalive_timeout.
const (
	clientTimeout    = 60 * time.Second
	keepaliveTimeout = 75 * time.Second
)

// startProxy loads the configuration of the data plane and serves its sockets.
func (n *Node) startProxy(ctx context.Context) error {
	certificate, err := clientCertificate(n.config)
	if err != nil {
		return err
	}
	roots, err := trustedRoots(n.config)
	if err != nil {
		return err
	}
	trusted, _ := n.config.TrustedIPs() // there are no Unix sockets to trust
	charset := n.config.String("nginx_http_charset")
	if charset == "off" {
		charset = ""
	}
	options := proxy.Options{
		DB:                n.db,
		Feed:              n.feed,
		Resolver:          n.resolver,
		Plugins:           n.plugins,
		IgnoreUnsupported: n.config.String("kongo_unsupported_plugins") == "ignore",
		Log:               n.log,
		AccessLog:         n.logs.access["proxy"],
		Product:           n.productVersion(),
		Clients:           n.clientSettings(),
		Upstreams: upstream.Options{
			PoolSize:    n.config.Int("upstream_keepalive_pool_size"),
			MaxRequests: n.config.Int("upstream_keepalive_max_requests"),
			IdleTimeout: n.config.Duration("upstream_keepalive_idle_timeout"),
		},
		RouterOrder:      routerOrder(n.config, n.flavor),
		MaxHeaders:       n.config.Int("lua_max_req_headers"),
		Trusted:          trusted,
		RealIPHeader:     n.config.String("nginx_proxy_real_ip_header"),
		RealIPRecursive:  n.config.String("nginx_proxy_real_ip_recursive") == "on",
		PublishedPorts:   n.publishedPorts(),
		BodyBuffer:       int(n.size("client_body_buffer_size")),
		TempDir:          string(n.prefix),
		StreamRequests:   n.off("proxy_request_buffering"),
		StreamResponses:  n.off("proxy_buffering"),
		Headers:          n.config.EnabledHeaders(),
		UpstreamHeaders:  n.config.EnabledUpstreamHeaders(),
		AllowDebugHeader: n.config.Bool("allow_debug_header"),
		Charset:          charset,
		ErrorDefaultType: n.config.String("error_default_type"),
		ErrorTemplates: proxy.ErrorTemplates{
			HTML:  n.config.String("error_template_html"),
			JSON:  n.config.String("error_template_json"),
			Plain: n.config.String("error_template_plain"),
			XML:   n.config.String("error_template_xml"),
		},
		ClientCertificate: certificate,
		ProbeRoots:        roots,
	}
	if c, ok := n.tls["proxy"]; ok {
		options.TLS = c.config()
	}
	n.proxy = proxy.New(options)
	n.onClose("the proxy", n.proxy.Close)
	if err := n.proxy.Load(ctx); err != nil {
		return err
	}
	n.proxy.Serve(n.sockets.Sockets("proxy")...)
	return nil
}

// clientSettings are the limits for clients.
func (n *Node) clientSettings() http1.Settings {
	number, each := n.config.Buffers(n.directive("large_client_header_buffers"))
	return http1.Settings{
		MaxLine:       int(each),
		MaxHead:       number * int(each),
		MaxBody:       n.size("client_max_body_size"),
		HeaderTimeout: n.duration("nginx_http_client_header_timeout", clientTimeout),
		BodyTimeout:   n.duration("nginx_http_client_body_timeout", clientTimeout),
		SendTimeout:   n.duration("nginx_http_send_timeout", clientTimeout),
		IdleTimeout:   n.duration(n.directive("keepalive_timeout"), keepaliveTimeout),
		MaxRequests:   n.config.Int(n.directive("keepalive_requests")),
	}
}

// directive returns the setting that decides a directive for the proxy: that of its server block if there is one, or else
// that of all of them. Nginx: inheritance of directives.
func (n *Node) directive(name string) string {
	if setting := "nginx_proxy_" + name; n.config.IsSet(setting) {
		return setting
	}
	return "nginx_http_" + name
}

func (n *Node) size(name string) int64 { return n.config.Size(n.directive(name)) }

// duration returns a time that may not be set.
func (n *Node) duration(setting string, otherwise time.Duration) time.Duration {
	if !n.config.IsSet(setting) {
		return otherwise
	}
	return n.config.Duration(setting)
}

// off reports whether a directive that can also be set for locations is off.
func (n *Node) off(name string) bool {
	setting := n.directive(name)
	if location := "nginx_location_" + name; n.config.IsSet(location) {
		setting = location
	}
	return n.config.String(setting) == "off"
}

// publishedPorts maps listening ports to those under which clients know them.
func (n *Node) publishedPorts() map[int]int {
	published := map[int]int{}
	for port, public := range n.config.HostPorts() {
		var listening int
		if _, err := fmt.Sscan(port, &listening); err == nil {
			published[listening] = public
		}
	}
	return published
}
