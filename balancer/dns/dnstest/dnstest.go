// Package dnstest runs a small DNS server for tests. It answers over UDP on a loopback port with what the test told it:
// addresses, failures or silence. It knows nothing of the resolvers under test.
package dnstest

import (
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// Server is a DNS server that has authority over every name. It is safe for concurrent use.
type Server struct {
	conn *net.UDPConn
	done chan struct{}

	mu    sync.Mutex
	zone  map[string]entry
	asked map[string]int
}

// entry says how a name is answered.
type entry struct {
	addrs   []netip.Addr
	code    dnsmessage.RCode
	failing []dnsmessage.Type // questions that get code; empty for all
	silent  bool
}

// Start starts a server, which stops at the end of the test. At first no name exists.
func Start(t testing.TB) *Server {
	t.Helper()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatalf("start DNS server: %v", err)
	}
	s := &Server{conn: conn, done: make(chan struct{}), zone: map[string]entry{}, asked: map[string]int{}}
	go s.serve()
	t.Cleanup(func() {
		conn.Close()
		<-s.done
	})
	return s
}

// Addr returns the address that the server answers on.
func (s *Server) Addr() netip.AddrPort {
	return s.conn.LocalAddr().(*net.UDPAddr).AddrPort()
}

// Set gives a name these addresses. Without any the name exists and has no address.
func (s *Server) Set(name string, addrs ...string) {
	var e entry
	for _, addr := range addrs {
		e.addrs = append(e.addrs, netip.MustParseAddr(addr))
	}
	s.set(name, e)
}

// Fail makes questions for a name fail with a code. If types are given only questions for these fail; for others the
// name has no records.
func (s *Server) Fail(name string, code dnsmessage.RCode, types ...dnsmessage.Type) {
	s.set(name, entry{code: code, failing: types})
}

// Ignore leaves questions for a name unanswered.
func (s *Server) Ignore(name string) { s.set(name, entry{silent: true}) }

func (s *Server) set(name string, e entry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.zone[absolute(name)] = e
}

// Asked returns how many questions for a name have arrived.
func (s *Server) Asked(name string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[absolute(name)]
}

func absolute(name string) string {
	return strings.ToLower(strings.TrimSuffix(name, ".")) + "."
}

func (s *Server) serve() {
	defer close(s.done)
	buf := make([]byte, 4096)
	for {
		n, peer, err := s.conn.ReadFromUDPAddrPort(buf)
		if err != nil {
			return
		}
		if reply := s.reply(buf[:n]); reply != nil {
			_, _ = s.conn.WriteToUDPAddrPort(reply, peer) // a client that went away asks no more
		}
	}
}

// reply returns the answer to a message, or nil if there shall be none.
func (s *Server) reply(message []byte) []byte {
	var p dnsmessage.Parser
	header, err := p.Start(message)
	if err != nil {
		return nil
	}
	question, err := p.Question()
	if err != nil {
		return nil
	}
	s.mu.Lock()
	name := absolute(question.Name.String())
	s.asked[name]++
	e, known := s.zone[name]
	s.mu.Unlock()
	if e.silent {
		return nil
	}
	switch {
	case !known:
		e.code = dnsmessage.RCodeNameError
	case len(e.failing) > 0 && !slices.Contains(e.failing, question.Type):
		e.code = dnsmessage.RCodeSuccess
	}
	response := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: header.ID, Response: true, Authoritative: true, RCode: e.code},
		Questions: []dnsmessage.Question{question},
	}
	for _, addr := range e.addrs {
		if body := resource(addr, question.Type); body != nil {
			response.Answers = append(response.Answers, dnsmessage.Resource{
				Header: dnsmessage.ResourceHeader{Name: question.Name, Class: dnsmessage.ClassINET},
				Body:   body,
			})
		}
	}
	reply, err := response.Pack()
	if err != nil {
		return nil
	}
	return reply
}

// resource returns the record for an address, or nil if its type was not asked for.
func resource(addr netip.Addr, t dnsmessage.Type) dnsmessage.ResourceBody {
	switch {
	case addr.Is4() && t == dnsmessage.TypeA:
		return &dnsmessage.AResource{A: addr.As4()}
	case addr.Is6() && t == dnsmessage.TypeAAAA:
		return &dnsmessage.AAAAResource{AAAA: addr.As16()}
	}
	return nil
}
