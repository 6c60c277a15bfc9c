package conf_test

import (
	"maps"
	"net/netip"
	"slices"
	"testing"
)

func TestEnabledHeaders(t *testing.T) {
	all := []string{"server_tokens", "latency_tokens", "Via", "Server", "X-Kong-Proxy-Latency", "X-Kong-Response-Latency",
		"X-Kong-Admin-Latency", "X-Kong-Upstream-Latency", "X-Kong-Upstream-Status", "X-Kong-Request-Id"}
	for _, test := range []struct {
		headers string
		want    []string
	}{
		{"server_tokens, latency_tokens, x-kong-request-id", append(slices.Clone(all[:8]), "X-Kong-Request-Id")},
		{"off, via", nil},
		{"VIA, off, x-kong-upstream-status", []string{"Via", "X-Kong-Upstream-Status"}},
		{"Server_Tokens", []string{"server_tokens", "Via", "Server"}},
		{"", nil},
	} {
		got := load(t, "headers = "+test.headers+"\n").EnabledHeaders()
		if len(got) != len(all) {
			t.Errorf("%q: %v", test.headers, got)
		}
		for _, name := range all {
			if got[name] != slices.Contains(test.want, name) {
				t.Errorf("%q: %s is %t", test.headers, name, got[name])
			}
		}
	}
	if got := load(t, "").EnabledUpstreamHeaders(); !maps.Equal(got, map[string]bool{"X-Kong-Request-Id": true}) {
		t.Errorf("upstream: %v", got)
	}
	if got := load(t, "headers_upstream = off\n").EnabledUpstreamHeaders(); !maps.Equal(got, map[string]bool{"X-Kong-Request-Id": false}) {
		t.Errorf("upstream: %v", got)
	}
}

func TestLoadedPlugins(t *testing.T) {
	for text, want := range map[string][]string{
		"bundled":               {"a", "b"},
		"c, bundled, off, c, a": {"c", "a", "b"},
		"off, bundled":          nil,
		"":                      nil,
	} {
		if got := load(t, "plugins = "+text+"\n").LoadedPlugins([]string{"a", "b"}); !slices.Equal(got, want) {
			t.Errorf("%q: %q", text, got)
		}
	}
}

func TestTrustedIPs(t *testing.T) {
	blocks, unix := load(t, "trusted_ips = 10.1.2.3/8, 192.168.0.1, unix:, fe80::1\n").TrustedIPs()
	want := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("192.168.0.1/32"), netip.MustParsePrefix("fe80::1/128")}
	if !slices.Equal(blocks, want) || !unix {
		t.Errorf("%v, %t", blocks, unix)
	}
	if blocks, unix := load(t, "").TrustedIPs(); blocks != nil || unix {
		t.Errorf("%v, %t by default", blocks, unix)
	}
}

func TestGUIOrigins(t *testing.T) {
	got := load(t, "admin_gui_url = http://kong:8002/manager, https://gui.example.com, nonsense\n").GUIOrigins()
	if !slices.Equal(got, []string{"http://kong:8002", "https://gui.example.com"}) {
		t.Errorf("origins %q", got)
	}
}

func TestHostPorts(t *testing.T) {
	c := load(t, "port_maps = 80:8000, 443:8443\nhost_ports = whatever\n")
	if got := c.HostPorts(); !maps.Equal(got, map[string]int{"8000": 80, "8443": 443}) {
		t.Errorf("host_ports %v", got)
	}
}

func TestListenersOfAConfiguration(t *testing.T) {
	c := load(t, "proxy_listen = 0.0.0.0:80, [::]:443 http2 ssl\nadmin_listen = off\nadmin_gui_listen = off\n")
	proxy := c.Listeners("proxy_listen")
	if len(proxy) != 2 || proxy[0].SSL || !proxy[1].SSL || !proxy[1].HTTP2 || proxy[1].Port != 443 {
		t.Errorf("proxy %v", proxy)
	}
	if got := c.Listeners("admin_listen"); len(got) != 0 {
		t.Errorf("admin %v", got)
	}
	if got := c.Listeners("status_listen"); len(got) != 1 || got[0].Directive() != "127.0.0.1:8007 reuseport backlog=16384" {
		t.Errorf("status %v", got)
	}
}
