package balancer

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// defaultPort is the port of targets that have none. Kong 3.9: targets, default port.
const defaultPort = 8000

// target is a Target with its addresses.
type target struct {
	Target
	host    string     // as the target has it
	port    uint16     // of the target and all its addresses
	literal netip.Addr // the host if it is an address, else the zero Addr
	invalid error      // why the text of the target cannot be used
	refresh *job       // resolves the host again; nil if it is no name

	addresses []*Address // sorted by address; guarded by monitor.mu, as is dns
	dns       string     // the type of the records, or why there are no addresses
}

func newTarget(t Target) *target {
	t.Weight = max(t.Weight, 0)
	host, port, err := splitTarget(t.Target)
	if err != nil {
		return &target{Target: t, host: t.Target, invalid: err}
	}
	return &target{Target: t, host: host, port: port, literal: literal(host)}
}

// splitTarget splits host:port. An IPv6 address without brackets is a host without a port.
func splitTarget(text string) (host string, port uint16, err error) {
	host = text
	colon := strings.LastIndexByte(text, ':')
	bare := literal(text).IsValid() && !strings.HasPrefix(text, "[")
	if colon < 0 || bare || strings.HasSuffix(text, "]") {
		port = defaultPort
	} else {
		n, err := strconv.ParseUint(text[colon+1:], 10, 16)
		if err != nil {
			return "", 0, fmt.Errorf("target %q has no valid port", text)
		}
		host, port = text[:colon], uint16(n)
	}
	if host == "" {
		return "", 0, fmt.Errorf("target %q has no host", text)
	}
	return host, port, nil
}

// literal returns the address that a host is, or the zero Addr if it is a name.
func literal(host string) netip.Addr {
	if inner, ok := strings.CutPrefix(host, "["); ok {
		host = strings.TrimSuffix(inner, "]")
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{}
	}
	return addr.Unmap()
}

// sameHost compares two hosts, whichever way their letters or addresses are written.
func sameHost(a, b string) bool {
	if addr := literal(a); addr.IsValid() {
		return addr == literal(b)
	}
	return strings.EqualFold(a, b)
}
