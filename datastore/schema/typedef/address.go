package typedef

import (
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
)

// AddressKind tells how an address is written.
type AddressKind uint8

// The kinds of addresses.
const (
	HostName AddressKind = iota
	IPv4
	IPv6
)

// Address is a host with or without a port.
type Address struct {
	Kind AddressKind
	// Host is the name as it was given, an IPv4 address without leading zeros, or an IPv6 address in eight groups of four
	// digits without brackets.
	Host    string
	Port    int
	HasPort bool
}

// String is the address as it is stored: IPv6 in brackets, the port behind a colon.
func (a Address) String() string {
	host := a.Host
	if a.Kind == IPv6 {
		host = "[" + host + "]"
	}
	if a.HasPort {
		host += ":" + strconv.Itoa(a.Port)
	}
	return host
}

var errPort = errors.New("invalid port number")

// ParseAddress reads a name, an IPv4 address, each with an optional port, or an IPv6 address, which needs brackets before a
// port. The kind is told by the characters alone: two colons make IPv6, digits and dots IPv4.
//
// Kong 3.9: field types, host names and addresses.
func ParseAddress(s string) (Address, error) {
	switch {
	case strings.Count(s, ":") > 1:
		return parseIPv6(s)
	case s != "" && strings.Trim(strings.Replace(s, ":", "", 1), "0123456789.") == "" && s != ":":
		return parseIPv4(s)
	}
	return parseName(s)
}

func parseIPv4(s string) (Address, error) {
	a := Address{Kind: IPv4}
	host, port, found := strings.Cut(s, ":")
	groups := strings.Split(host, ".")
	invalid := fmt.Errorf("invalid ipv4 address: %s", s)
	if len(groups) != 4 {
		return a, invalid
	}
	for i, g := range groups {
		n, err := strconv.Atoi(g)
		if err != nil || len(g) > 3 || n > 255 {
			return a, invalid
		}
		groups[i] = strconv.Itoa(n)
	}
	a.Host = strings.Join(groups, ".")
	if !found {
		return a, nil
	}
	if port == "" || strings.Trim(port, "0123456789") != "" {
		return a, invalid
	}
	return a.withPort(port)
}

func (a Address) withPort(digits string) (Address, error) {
	n, err := strconv.Atoi(digits)
	if err != nil || n > 65535 {
		return a, errPort
	}
	a.Port, a.HasPort = n, true
	return a, nil
}

func parseIPv6(s string) (Address, error) {
	a := Address{Kind: IPv6}
	host, port, hasPort := s, "", false
	if inner, ok := strings.CutPrefix(s, "["); ok {
		end := strings.IndexByte(inner, ']')
		if end < 0 {
			return a, fmt.Errorf("invalid ipv6 address: %s", s)
		}
		rest := inner[end+1:]
		host = inner[:end]
		if rest != "" {
			digits, ok := strings.CutPrefix(rest, ":")
			if !ok || digits == "" || strings.Trim(digits, "0123456789") != "" {
				return a, errors.New("invalid ipv6 address")
			}
			port, hasPort = digits, true
		}
	}
	ip, err := netip.ParseAddr(host)
	if err != nil || ip.Zone() != "" || strings.Contains(host, ".") {
		return a, fmt.Errorf("invalid ipv6 address: %s", s)
	}
	a.Host = ip.StringExpanded()
	if ip.Is4In6() {
		a.Host = expand(ip)
	}
	if !hasPort {
		return a, nil
	}
	return a.withPort(port)
}

// expand writes an IPv4-mapped address in groups like any other.
func expand(ip netip.Addr) string {
	b := ip.As16()
	groups := make([]string, 8)
	for i := range groups {
		groups[i] = fmt.Sprintf("%02x%02x", b[2*i], b[2*i+1])
	}
	return strings.Join(groups, ":")
}

var (
	portSuffix = regexp.MustCompile(`:([0-9]+)$`)
	nameChars  = regexp.MustCompile(`^[0-9A-Za-z._-]+$`)
)

func parseName(s string) (Address, error) {
	a := Address{Kind: HostName, Host: s}
	port := portSuffix.FindStringSubmatch(s)
	if port != nil {
		a.Host = strings.TrimSuffix(s, port[0])
		var err error
		if a, err = a.withPort(port[1]); err != nil {
			return a, err
		}
	}
	invalid := fmt.Errorf("invalid hostname: %s", s)
	if !nameChars.MatchString(a.Host) {
		return a, invalid
	}
	labels := strings.Split(a.Host, ".")
	for i, label := range labels {
		// A name may end in a dot; a label may not end in a dash.
		if strings.HasSuffix(label, "-") || label == "" && i != len(labels)-1 {
			return a, invalid
		}
	}
	return a, nil
}
