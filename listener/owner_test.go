package listener_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/kongo-gateway/kongo/listener"
)

func TestOpenHandsOutSocketsByName(t *testing.T) {
	owner := open(t, listener.Options{},
		listener.Spec{Name: "proxy", Address: "127.0.0.1:0"},
		listener.Spec{Name: "admin", Address: "127.0.0.1:0", TLS: true},
		listener.Spec{Name: "proxy", Address: "[::1]:0", HTTP2: true},
		listener.Spec{Name: "stream", Address: "127.0.0.1:0", UDP: true},
	)
	proxy := owner.Sockets("proxy")
	if len(proxy) != 2 || proxy[0].Spec().HTTP2 || !proxy[1].Spec().HTTP2 {
		t.Fatalf("proxy sockets are not those of the specs in their order: %v", proxy)
	}
	if admin := only(t, owner, "admin"); !admin.Spec().TLS {
		t.Error("the admin socket has lost its spec")
	}
	if len(owner.Sockets("stream")) != 0 || len(owner.UDPSockets("stream")) != 1 || len(owner.UDPSockets("proxy")) != 0 {
		t.Error("UDP sockets are not apart from TCP sockets")
	}
	for _, socket := range proxy {
		client, server := connect(t, socket)
		if _, bare := server.(*net.TCPConn); !bare {
			t.Errorf("%s: connection is a %T", socket.Key(), server)
		}
		expectLine(t, client, server, "hello")
		if want := "tcp " + socket.Addr().String(); socket.Key() != want {
			t.Errorf("key is %q, want %q", socket.Key(), want)
		}
	}
}

func TestOpenAddresses(t *testing.T) {
	off := false
	tests := []struct {
		name      string
		address   string // with %d for the port
		ipv6Only  *bool
		reachable []string
		refused   []string
	}{
		{"IPv4", "127.0.0.1:%d", nil, []string{"127.0.0.1"}, []string{"127.0.0.2", "::1"}},
		{"IPv6", "[::1]:%d", nil, []string{"::1"}, []string{"127.0.0.1"}},
		{"IPv6 in full", "[0000:0000:0000:0000:0000:0000:0000:0001]:%d", nil, []string{"::1"}, []string{"127.0.0.1"}},
		{"star", "*:%d", nil, []string{"127.0.0.1", "127.0.0.2"}, []string{"::1"}},
		{"IPv6 wildcard", "[::]:%d", nil, []string{"::1"}, []string{"127.0.0.1"}},
		{"IPv6 wildcard for both", "[::]:%d", &off, []string{"::1", "127.0.0.1"}, nil},
		{"name", "localhost:%d", nil, []string{"127.0.0.1"}, []string{"127.0.0.2"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			port := freePort(t)
			open(t, listener.Options{}, listener.Spec{
				Name: "proxy", Address: fmt.Sprintf(test.address, port), IPv6Only: test.ipv6Only,
			})
			for _, host := range test.reachable {
				dial(t, "tcp", net.JoinHostPort(host, strconv.Itoa(port)))
			}
			for _, host := range test.refused {
				conn, err := net.Dial("tcp", net.JoinHostPort(host, strconv.Itoa(port)))
				if err == nil {
					conn.Close()
					t.Errorf("%s answers", host)
				}
			}
		})
	}
}

func TestOpenFails(t *testing.T) {
	busy := openOne(t, listener.Spec{Address: "127.0.0.1:0"}).Addr().String()
	busyToo := openOne(t, listener.Spec{Address: "[::1]:0"}).Addr().String()
	tests := []struct {
		name      string
		addresses []string
		errno     syscall.Errno
		want      string
	}{
		{"address in use", []string{busy}, syscall.EADDRINUSE,
			"bind() to " + busy + " failed (98: Address already in use)"},
		{"all addresses in use are named", []string{busy, "127.0.0.1:0", busyToo}, syscall.EADDRINUSE,
			"bind() to " + busy + " failed (98: Address already in use)\n" +
				"bind() to " + busyToo + " failed (98: Address already in use)"},
		{"not an address of this machine", []string{"192.0.2.1:8000"}, syscall.EADDRNOTAVAIL,
			"bind() to 192.0.2.1:8000 failed (99: Cannot assign requested address)"},
		{"another failure ends it", []string{"192.0.2.1:8000", busy}, syscall.EADDRNOTAVAIL,
			"bind() to 192.0.2.1:8000 failed (99: Cannot assign requested address)"},
		{"same address twice", []string{"127.0.0.1:8000", "127.0.0.1:8000"}, 0,
			"duplicate listen options for 127.0.0.1:8000"},
		{"no port", []string{"127.0.0.1"}, 0, "listen address: address 127.0.0.1: missing port in address"},
		{"port out of range", []string{"127.0.0.1:65536"}, 0, `invalid port in "127.0.0.1:65536" of the "listen" directive`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var specs []listener.Spec
			for _, address := range test.addresses {
				specs = append(specs, listener.Spec{Name: "proxy", Address: address})
			}
			owner, err := listener.Open(t.Context(), specs, listener.Options{})
			if err == nil {
				owner.Close()
				t.Fatal("opened")
			}
			if err.Error() != test.want {
				t.Errorf("error is\n%s\nwant\n%s", err, test.want)
			}
			if test.errno != 0 && !errors.Is(err, test.errno) {
				t.Errorf("error is not %v", test.errno)
			}
		})
	}
}

func TestOpenUnknownHost(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // so that no name server is asked
	_, err := listener.Open(ctx, []listener.Spec{{Address: "no-such-host.invalid:8000"}}, listener.Options{})
	if err == nil || !strings.HasPrefix(err.Error(), `host not found in "no-such-host.invalid:8000" of the "listen" directive`) {
		t.Errorf("error is %v", err)
	}
}

func TestOpenLeavesNothingBehindWhenItFails(t *testing.T) {
	busy := openOne(t, listener.Spec{Address: "127.0.0.1:0"}).Addr().String()
	free := fmt.Sprintf("127.0.0.1:%d", freePort(t))
	_, err := listener.Open(t.Context(), []listener.Spec{{Address: free}, {Address: busy}}, listener.Options{})
	if !errors.Is(err, syscall.EADDRINUSE) {
		t.Fatal(err)
	}
	openOne(t, listener.Spec{Address: free})
}

func TestErrorIsTyped(t *testing.T) {
	busy := openOne(t, listener.Spec{Address: "127.0.0.1:0"})
	_, err := listener.Open(t.Context(), []listener.Spec{{Address: busy.Addr().String()}}, listener.Options{})
	var failure *listener.Error
	if !errors.As(err, &failure) {
		t.Fatalf("%T is no *Error", err)
	}
	if failure.Call != "bind" || failure.Address.String() != busy.Addr().String() || failure.Errno != syscall.EADDRINUSE {
		t.Errorf("wrong error %+v", failure)
	}
}

func TestErrorText(t *testing.T) {
	address := netip.MustParseAddrPort("[::1]:8000")
	for _, test := range []struct {
		failure listener.Error
		want    string
	}{
		{listener.Error{Call: "bind", Address: address, Errno: syscall.EACCES}, "bind() to [::1]:8000 failed (13: Permission denied)"},
		{listener.Error{Call: "listen", Address: address, Backlog: 511, Errno: syscall.EADDRINUSE},
			"listen() to [::1]:8000, backlog 511 failed (98: Address already in use)"},
		{listener.Error{Call: "socket", Address: address, Errno: syscall.EAFNOSUPPORT},
			"socket() [::1]:8000 failed (97: Address family not supported by protocol)"},
		{listener.Error{Call: "setsockopt(SO_REUSEPORT)", Address: address, Errno: syscall.ENOPROTOOPT},
			"setsockopt(SO_REUSEPORT) [::1]:8000 failed (92: Protocol not available)"},
	} {
		if got := test.failure.Error(); got != test.want {
			t.Errorf("text is %q, want %q", got, test.want)
		}
	}
}

// A wildcard serves the addresses below it unless they ask for a socket of their own, which the kernel refuses.
func TestWildcardServesAddressesBelowIt(t *testing.T) {
	tests := []struct {
		name     string
		specific listener.Spec // its address is filled in
		opened   bool
	}{
		{"same service", listener.Spec{Name: "proxy"}, true},
		{"with bind", listener.Spec{Name: "proxy", Bind: true}, false},
		{"with an option of the socket", listener.Spec{Name: "proxy", Backlog: 10}, false},
		{"TLS", listener.Spec{Name: "proxy", TLS: true}, false},
		{"another service", listener.Spec{Name: "admin"}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			port := freePort(t)
			wildcard := listener.Spec{Name: "proxy", Address: fmt.Sprintf("0.0.0.0:%d", port)}
			test.specific.Address = fmt.Sprintf("127.0.0.1:%d", port)
			for _, specs := range [][]listener.Spec{{wildcard, test.specific}, {test.specific, wildcard}} {
				owner, err := listener.Open(t.Context(), specs, listener.Options{})
				if !test.opened {
					if !errors.Is(err, syscall.EADDRINUSE) {
						t.Errorf("error is %v, want EADDRINUSE", err)
					}
					continue
				}
				if err != nil {
					t.Fatal(err)
				}
				only(t, owner, "proxy")
				owner.Close()
			}
		})
	}
}

func TestReuseport(t *testing.T) {
	first := openOne(t, listener.Spec{Address: "127.0.0.1:0", Reuseport: true})
	address := first.Addr().String()
	second := openOne(t, listener.Spec{Address: address, Reuseport: true})
	_, err := listener.Open(t.Context(), []listener.Spec{{Address: address}}, listener.Options{})
	if !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("without reuseport: %v, want EADDRINUSE", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	client, server := connect(t, second)
	expectLine(t, client, server, "served by the second")
}

func TestStopAcceptingKeepsConnections(t *testing.T) {
	owner := open(t, listener.Options{},
		listener.Spec{Name: "proxy", Address: "127.0.0.1:0"},
		listener.Spec{Name: "stream", Address: "127.0.0.1:0", UDP: true})
	socket := only(t, owner, "proxy")
	client, server := connect(t, socket)

	ended := make(chan error)
	go func() {
		_, err := socket.Accept()
		ended <- err
	}()
	if err := owner.StopAccepting(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; !errors.Is(err, net.ErrClosed) {
		t.Errorf("Accept ended with %v, want net.ErrClosed", err)
	}
	if conn, err := net.Dial("tcp", socket.Addr().String()); err == nil {
		conn.Close()
		t.Error("the address still answers")
	}
	expectLine(t, client, server, "still here")
	udp := owner.UDPSockets("stream")[0]
	if _, err := udp.WriteTo([]byte("x"), udp.LocalAddr()); err != nil {
		t.Errorf("the UDP socket is closed: %v", err)
	}
}

func TestUDP(t *testing.T) {
	spec := listener.Spec{Name: "stream", Address: "127.0.0.1:0", UDP: true}
	socket := open(t, listener.Options{}, spec).UDPSockets("stream")[0]
	client := dial(t, "udp", socket.LocalAddr().String())
	if _, err := client.Write([]byte("ping")); err != nil {
		t.Fatal(err)
	}
	buffer := make([]byte, 16)
	n, from, err := socket.ReadFromUDPAddrPort(buffer)
	if err != nil || string(buffer[:n]) != "ping" || from.String() != client.LocalAddr().String() {
		t.Errorf("read %q from %s (%v)", buffer[:n], from, err)
	}

	spec.Address = socket.LocalAddr().String()
	if _, err := listener.Open(t.Context(), []listener.Spec{spec}, listener.Options{}); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("second socket: %v, want EADDRINUSE", err)
	}
	// TCP and UDP do not get in each other's way.
	open(t, listener.Options{}, listener.Spec{Name: "stream", Address: spec.Address})
}
