package dns

import (
	"bufio"
	"fmt"
	"io"
	"net/netip"
	"os"
	"strings"
)

// hosts maps lower-case names to their addresses in a hosts file.
type hosts map[string]hostsEntry

// hostsEntry has at most one address of each family; the others are the zero Addr.
type hostsEntry struct {
	v4, v6 netip.Addr
}

// readHosts reads a hosts file. Without a path it knows localhost alone.
func readHosts(path string) (hosts, error) {
	if path == "" {
		return parseHosts(strings.NewReader(""))
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open hosts file: %w", err)
	}
	defer file.Close()
	h, err := parseHosts(file)
	if err != nil {
		return nil, fmt.Errorf("read hosts file %s: %w", path, err)
	}
	return h, nil
}

// parseHosts reads the text of a hosts file. Lines that do not begin with an address are left out, as are IPv6 addresses
// with a zone. The first address of each family wins; localhost is there even if the file lacks it.
// Kong 3.9: DNS client, hosts file.
func parseHosts(r io.Reader) (hosts, error) {
	h := hosts{}
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		line, _, _ := strings.Cut(lines.Text(), "#")
		fields := strings.Fields(line)
		if len(fields) < 2 {
			continue
		}
		addr, ok := parseLiteral(fields[0])
		if !ok {
			continue
		}
		for _, name := range fields[1:] {
			h.add(name, addr)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	h.add("localhost", netip.AddrFrom4([4]byte{127, 0, 0, 1}))
	h.add("localhost", netip.IPv6Loopback())
	return h, nil
}

func (h hosts) add(name string, addr netip.Addr) {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	entry := h[name]
	switch {
	case addr.Is4() && !entry.v4.IsValid():
		entry.v4 = addr
	case addr.Is6() && !entry.v6.IsValid():
		entry.v6 = addr
	}
	h[name] = entry
}

// lookup returns the address of a lower-case name. Of two families the one that comes first in order is taken, the IPv4
// address if neither does.
func (h hosts) lookup(name string, order []Type) (netip.Addr, bool) {
	entry, ok := h[strings.TrimSuffix(name, ".")]
	if !ok {
		return netip.Addr{}, false
	}
	for _, t := range order {
		switch {
		case t == A && entry.v4.IsValid():
			return entry.v4, true
		case t == AAAA && entry.v6.IsValid():
			return entry.v6, true
		}
	}
	if entry.v4.IsValid() {
		return entry.v4, true
	}
	return entry.v6, true
}

// parseLiteral reads an address literal, an IPv6 one with or without brackets. Zones mean something on one machine only
// and are refused.
func parseLiteral(text string) (netip.Addr, bool) {
	if inner, ok := strings.CutPrefix(text, "["); ok {
		text = strings.TrimSuffix(inner, "]")
	}
	addr, err := netip.ParseAddr(text)
	if err != nil || addr.Zone() != "" {
		return netip.Addr{}, false
	}
	return addr.Unmap(), true
}
