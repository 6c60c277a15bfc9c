package conf

import (
	"maps"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"
)

// The headers that `headers` can name. The first two stand for several of the
// others.
var (
	serverTokens  = []string{"Via", "Server"}
	latencyTokens = []string{"X-Kong-Proxy-Latency", "X-Kong-Response-Latency", "X-Kong-Admin-Latency", "X-Kong-Upstream-Latency"}

	responseHeaders = slices.Concat([]string{"server_tokens", "latency_tokens"}, serverTokens, latencyTokens,
		[]string{"X-Kong-Upstream-Status", "X-Kong-Request-Id"})
	upstreamHeaders = []string{"X-Kong-Request-Id"}
)

// EnabledHeaders says of every token and header that the setting headers can
// name whether it is to be sent to clients.
func (c *Config) EnabledHeaders() map[string]bool {
	enabled := enabledHeaders(c.List("headers"), responseHeaders)
	for token, names := range map[string][]string{"server_tokens": serverTokens, "latency_tokens": latencyTokens} {
		for _, name := range names {
			enabled[name] = enabled[name] || enabled[token]
		}
	}
	return enabled
}

// EnabledUpstreamHeaders says the same of headers_upstream.
func (c *Config) EnabledUpstreamHeaders() map[string]bool {
	return enabledHeaders(c.List("headers_upstream"), upstreamHeaders)
}

// enabledHeaders marks the names that a list has, in any case. off in front
// disables them all and means nothing elsewhere.
func enabledHeaders(items, names []string) map[string]bool {
	enabled := map[string]bool{}
	for _, name := range names {
		enabled[name] = !isOff(items) && slices.ContainsFunc(items, func(item string) bool { return strings.EqualFold(item, name) })
	}
	return enabled
}

// LoadedPlugins returns the names that the setting plugins enables, given
// those that bundled stands for.
func (c *Config) LoadedPlugins(bundled []string) []string {
	return loaded(c.List("plugins"), bundled)
}

// loaded expands bundled, without repetition. off in front disables all.
func loaded(items, bundled []string) []string {
	var names []string
	if isOff(items) {
		return nil
	}
	for _, item := range items {
		expanded := []string{item}
		if item == "bundled" {
			expanded = bundled
		}
		for _, name := range expanded {
			if name != "off" && name != "" && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// TrustedIPs returns the blocks of addresses that trusted_ips lists, and
// whether connections over Unix sockets are trusted as well.
func (c *Config) TrustedIPs() (blocks []netip.Prefix, unix bool) {
	for _, item := range c.List("trusted_ips") {
		if block, ok := parseTrusted(item); ok {
			blocks = append(blocks, block)
		}
		unix = unix || item == "unix:"
	}
	return blocks, unix
}

// GUIOrigins returns scheme and authority of the addresses in admin_gui_url,
// from which a browser may use the Admin API.
func (c *Config) GUIOrigins() []string {
	var origins []string
	for _, item := range c.List("admin_gui_url") {
		if u, err := url.Parse(item); err == nil && u.Scheme != "" && u.Host != "" {
			origins = append(origins, u.Scheme+"://"+u.Host)
		}
	}
	return origins
}

// HostPorts maps the ports on which the node listens to those under which the
// world knows them, by port_maps.
func (c *Config) HostPorts() map[string]int {
	return maps.Clone(valueAs[map[string]int](c.setting("host_ports")))
}

// isFile reports whether a path names a plain file, or a link to one.
func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
