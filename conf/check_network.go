package conf

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

// checkNames checks the settings of both name resolvers.
func (l *loader) checkNames() {
	for _, c := range []struct {
		servers, hosts, types string
		accepted              []string
	}{
		{"dns_resolver", "dns_hostsfile", "dns_order", []string{"LAST", "A", "AAAA", "CNAME", "SRV"}},
		{"resolver_address", "resolver_hosts_file", "resolver_family", []string{"A", "AAAA", "SRV"}},
	} {
		for _, server := range l.config.List(c.servers) {
			if !isNameServer(server) {
				l.fail(c.servers, "accepted: addresses such as 10.0.0.1, 10.0.0.1:53, ::1 or [::1]:53",
					"%s must be a comma separated list in the form of IPv4/6 or IPv4/6:port, got '%s'", c.servers, server)
			}
		}
		if path := l.config.String(c.hosts); path != "" && !isFile(path) {
			l.fail(c.hosts, "accepted: the path of a file", "%s: file does not exist", c.hosts)
		}
		for _, t := range l.config.List(c.types) {
			if !slices.Contains(c.accepted, strings.ToUpper(t)) {
				l.fail(c.types, "accepted: "+strings.Join(c.accepted, ", "), "%s: invalid entry '%s'", c.types, t)
			}
		}
	}
}

// isNameServer reports whether s is an IP address, with or without a port. An
// IPv6 address with a port has brackets.
func isNameServer(s string) bool {
	if host, _, ok := parseAddress(s); ok {
		return host[0] == '[' || strings.Trim(host, "0123456789.") == ""
	}
	if _, ok := parseIPv4(s); ok {
		return true
	}
	if inner, ok := strings.CutPrefix(s, "["); ok {
		s = strings.TrimSuffix(inner, "]")
	}
	ip, err := netip.ParseAddr(s)
	return err == nil && ip.Is6() && ip.Zone() == ""
}

func (l *loader) checkTrustedIPs() {
	const key = "trusted_ips"
	for _, item := range l.config.List(key) {
		if _, ok := parseTrusted(item); !ok && item != "unix:" {
			l.fail(key, "accepted: addresses, blocks such as 10.0.0.0/8, and unix:",
				"trusted_ips must be a comma separated list in the form of IPv4 or IPv6 address or CIDR block or 'unix:', got '%s'", item)
		}
	}
}

// parseTrusted reads an address or a block of addresses.
func parseTrusted(s string) (netip.Prefix, bool) {
	if prefix, err := netip.ParsePrefix(s); err == nil {
		return prefix.Masked(), true
	}
	ip, err := netip.ParseAddr(s)
	if err != nil || ip.Zone() != "" {
		return netip.Prefix{}, false
	}
	return netip.PrefixFrom(ip, ip.BitLen()), true
}

var urlScheme = regexp.MustCompile(`^([0-9A-Za-z][0-9A-Za-z+.-]*):`)

// checkProxyServer checks the URL of the forward proxy. The URL is taken apart
// by Kong's rules: host:port without a scheme has the host for its scheme.
func (l *loader) checkProxyServer() {
	const key, hint = "proxy_server", "accepted: a URL such as http://proxy:3128"
	value := l.config.String(key)
	if value == "" {
		return
	}
	m := urlScheme.FindStringSubmatch(value)
	if m == nil {
		l.fail(key, hint, "proxy_server missing scheme")
		return
	}
	rest := value[len(m[0]):]
	switch authority, _, _ := strings.Cut(strings.TrimPrefix(rest, "//"), "/"); {
	case m[1] != "http" && m[1] != "https":
		l.fail(key, hint, `proxy_server only supports "http" and "https", got %s`, m[1])
	case !strings.HasPrefix(rest, "//") || authority == "":
		l.fail(key, hint, "proxy_server missing host")
	case strings.ContainsAny(rest, "#?;"):
		l.fail(key, hint, "fragments, query strings or parameters are meaningless in proxy configuration")
	}
}
