package proxy

import (
	"bytes"
	"net/netip"
	"strings"

	"github.com/kongo-gateway/kongo/proxy/message"
)

// clientSource says where the address of the client is found if the peer is trusted.
type clientSource struct {
	proxyProtocol bool
	header        string // in lower case
	known         message.Name
	recursive     bool
}

func newClientSource(header string, recursive bool) clientSource {
	if header == "" {
		header = "X-Real-IP"
	}
	if strings.EqualFold(header, "proxy_protocol") {
		return clientSource{proxyProtocol: true}
	}
	return clientSource{header: strings.ToLower(header), known: message.Identify([]byte(header)), recursive: recursive}
}

// clientAddress returns the address of the client: the peer's unless that is trusted and says something else.
//
// Kong 3.9: nginx real IP, trusted_ips.
func (s *Server) clientAddress(a *arrival, r *message.Request) netip.Addr {
	source := &s.clientSource
	switch {
	case !a.trusted:
		return a.peer
	case source.proxyProtocol:
		if a.announced.IsValid() {
			return a.announced
		}
		return a.peer
	case source.known == message.XForwardedFor:
		return s.forwardedFor(a.peer, r)
	}
	value := r.Value(source.known)
	if source.known == message.Other {
		value = r.Lookup(source.header)
	}
	client, _ := s.lastUntrusted(a.peer, value)
	return client
}

// forwardedFor takes all lines of X-Forwarded-For as one list, of which it looks at the last line only unless it goes on to
// the last address that is not trusted.
func (s *Server) forwardedFor(peer netip.Addr, r *message.Request) netip.Addr {
	client := peer
	for i := len(r.Fields) - 1; i >= 0; i-- {
		if r.Fields[i].Known != message.XForwardedFor {
			continue
		}
		next, more := s.lastUntrusted(client, r.Fields[i].Value)
		client = next
		if !more || !s.clientSource.recursive {
			break
		}
	}
	return client
}

// lastUntrusted returns the last address of a list or, if recursive, the last that is not trusted, the first of all if there
// is none. It stops at what is no address; client is what it began with. more reports that the whole list was used up and all
// of it was trusted.
func (s *Server) lastUntrusted(client netip.Addr, list []byte) (_ netip.Addr, more bool) {
	for {
		list = bytes.TrimRight(list, ", ")
		if len(list) == 0 {
			return client, s.trusts(client)
		}
		from := bytes.LastIndexAny(list, ", ") + 1
		addr, ok := parseAddress(message.View(list[from:]))
		if !ok {
			return client, false
		}
		client, list = addr, list[:from]
		if !s.clientSource.recursive || !s.trusts(client) {
			return client, false
		}
	}
}

// parseAddress parses an address that may be in brackets and have a port.
func parseAddress(text string) (netip.Addr, bool) {
	if addr, err := netip.ParseAddr(text); err == nil {
		return addr.Unmap().WithZone(""), true
	}
	if ap, err := netip.ParseAddrPort(text); err == nil {
		return ap.Addr().Unmap().WithZone(""), true
	}
	if len(text) > 2 && text[0] == '[' && text[len(text)-1] == ']' {
		if addr, err := netip.ParseAddr(text[1 : len(text)-1]); err == nil {
			return addr.Unmap(), true
		}
	}
	return netip.Addr{}, false
}
