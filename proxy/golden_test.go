package proxy_test

import (
	"crypto/tls"
	"log/slog"
	"net/netip"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/internal/golden"
	"github.com/kongo-gateway/kongo/internal/golden/upstreams"
	"github.com/kongo-gateway/kongo/plugin/bundled"
	"github.com/kongo-gateway/kongo/plugin/schemas"
	"github.com/kongo-gateway/kongo/prefix"
	"github.com/kongo-gateway/kongo/proxy"
)

// TestRecorded replays what clients and upstream servers of a Kong saw.
func TestRecorded(t *testing.T) {
	home := prefix.Dir(t.TempDir())
	if _, err := home.Prepare(); err != nil {
		t.Fatal(err)
	}
	certificates := home.DefaultCertificates(slog.New(slog.DiscardHandler), "proxy")
	t.Cleanup(certificates.Close)
	for name, options := range map[string]func(*proxy.Options){
		"100_proxy_defaults":    nil,
		"101_path_handling":     nil,
		"103_forwarded_headers": nil,
		"105_upstream_errors":   nil,
		"113_cfg_headers_off":   func(o *proxy.Options) { o.Headers, o.UpstreamHeaders = nil, nil },
		"114_cfg_headers_some": func(o *proxy.Options) {
			delete(o.Headers, "X-Kong-Request-Id")
			o.Headers["X-Kong-Upstream-Status"] = true
		},
		"115_cfg_trusted_ips": func(o *proxy.Options) {
			o.Trusted = []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0")}
		},
		"116_cfg_trusted_ips_recursive_xff": func(o *proxy.Options) {
			o.Trusted = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
			o.RealIPHeader, o.RealIPRecursive = "X-Forwarded-For", true
		},
		"117_cfg_error_type_debug_header": func(o *proxy.Options) {
			o.ErrorDefaultType, o.AllowDebugHeader = "application/json", true
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			servers, err := upstreams.Start()
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { servers.Close() })
			n := start(t, config{plugins: bundled.Plugins(schemas.Node{}), options: func(o *proxy.Options) {
				o.TLS = &tls.Config{GetCertificate: certificates.Get("proxy")}
				if options != nil {
					options(o)
				}
			}})
			recording, err := golden.Load(name)
			if err != nil {
				t.Fatal(err)
			}
			mismatches, err := recording.Replay(t.Context(), golden.Node{
				Proxy: n.plain, ProxyTLS: n.secured, Admin: n.admin, Upstreams: servers,
				LongestWait: 2 * time.Second, Unsupported: []string{"key-auth"},
			})
			for _, m := range mismatches {
				if m.Request != "admin GET /" { // shows the configuration, which this node does not have
					t.Error(m)
				}
			}
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}
