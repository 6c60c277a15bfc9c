package listener_test

import (
	"bufio"
	"io"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/listener"
)

const v2Signature = "\r\n\r\n\x00\r\nQUIT\n"

func TestProxyHeader(t *testing.T) {
	tests := []struct {
		name           string
		header         string
		client, server string // empty if the header names none
	}{
		{"version 1, IPv4", "PROXY TCP4 192.0.2.1 192.0.2.9 51000 443\r\n", "192.0.2.1:51000", "192.0.2.9:443"},
		{"version 1, IPv6", "PROXY TCP6 2001:db8::1 2001:db8::9 51000 443\r\n", "[2001:db8::1]:51000", "[2001:db8::9]:443"},
		{"version 1, unknown", "PROXY UNKNOWN\r\n", "", ""},
		{"version 2, IPv4", v2Signature + "\x21\x11\x00\x0c" + "\xc0\x00\x02\x01" + "\xc0\x00\x02\x09" + "\xc7\x38" + "\x01\xbb",
			"192.0.2.1:51000", "192.0.2.9:443"},
		{"version 2, IPv6", v2Signature + "\x21\x21\x00\x24" +
			"\x20\x01\x0d\xb8" + strings.Repeat("\x00", 11) + "\x01" +
			"\x20\x01\x0d\xb8" + strings.Repeat("\x00", 11) + "\x09" + "\xc7\x38" + "\x01\xbb",
			"[2001:db8::1]:51000", "[2001:db8::9]:443"},
		{"version 2, with a TLV", v2Signature + "\x21\x11\x00\x10" + "\xc0\x00\x02\x01" + "\xc0\x00\x02\x09" + "\xc7\x38" + "\x01\xbb" +
			"\x05\x00\x01A", "192.0.2.1:51000", "192.0.2.9:443"},
		{"version 2, local", v2Signature + "\x20\x00\x00\x00", "", ""},
		{"version 2, Unix socket", v2Signature + "\x21\x31\x00\xd8" + "/a" + strings.Repeat("\x00", 106) + "/b" + strings.Repeat("\x00", 106),
			"", ""},
		{"version 2, UDP", v2Signature + "\x21\x12\x00\x0c" + "\xc0\x00\x02\x01" + "\xc0\x00\x02\x09" + "\xc7\x38" + "\x01\xbb", "", ""},
	}
	socket := openOne(t, listener.Spec{Address: "127.0.0.1:0", ProxyProtocol: true})
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			client, server := connect(t, socket)
			if _, err := io.WriteString(client, test.header+"hello\n"); err != nil {
				t.Fatal(err)
			}
			line, err := bufio.NewReader(server).ReadString('\n')
			if err != nil || line != "hello\n" {
				t.Fatalf("read %q (%v) after the header", line, err)
			}
			if server.RemoteAddr().String() != client.LocalAddr().String() || server.LocalAddr().String() != client.RemoteAddr().String() {
				t.Error("the connection's own addresses have changed")
			}
			source, destination, ok := server.(*listener.ProxyConn).Announced()
			if ok != (test.client != "") {
				t.Fatalf("announced %s, %s, %t", source, destination, ok)
			}
			if ok && (source != netip.MustParseAddrPort(test.client) || destination != netip.MustParseAddrPort(test.server)) {
				t.Errorf("announced %s to %s, want %s to %s", source, destination, test.client, test.server)
			}
		})
	}
}

func TestInvalidProxyHeader(t *testing.T) {
	socket := openOne(t, listener.Spec{Address: "127.0.0.1:0", ProxyProtocol: true})
	for name, header := range map[string]string{
		"none at all":                "GET / HTTP/1.1\r\n\r\n",
		"garbage":                    "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\xff",
		"version 1, no addresses":    "PROXY TCP4\r\n",
		"version 1, not an address":  "PROXY TCP4 one two 1 2\r\n",
		"version 1, IPv6 for IPv4":   "PROXY TCP4 ::1 ::1 1 2\r\n",
		"version 1, port":            "PROXY TCP4 192.0.2.1 192.0.2.9 65536 443\r\n",
		"version 1, endless":         "PROXY TCP4 " + strings.Repeat("1", 200),
		"version 2, version 3":       v2Signature + "\x31\x11\x00\x0c" + strings.Repeat("\x00", 12),
		"version 2, too short":       v2Signature + "\x21\x11\x00\x04\x00\x00\x00\x00",
		"version 2, endless":         v2Signature + "\x21\x11\xff\xff" + strings.Repeat("\x00", 300),
		"version 2, unknown address": v2Signature + "\x21\x51\x00\x0c" + strings.Repeat("\x00", 12),
	} {
		t.Run(name, func(t *testing.T) {
			client, server := connect(t, socket)
			if _, err := io.WriteString(client, header); err != nil {
				t.Fatal(err)
			}
			if n, err := server.Read(make([]byte, 100)); err == nil {
				t.Errorf("read %d bytes", n)
			}
			if _, err := server.Write([]byte("answer")); err == nil {
				t.Error("a client without a header gets an answer")
			}
			if _, _, ok := server.(*listener.ProxyConn).Announced(); ok {
				t.Error("an invalid header is believed")
			}
			if server.RemoteAddr().String() != client.LocalAddr().String() {
				t.Error("the peer's address is lost")
			}
		})
	}
}

func TestStalledProxyHeader(t *testing.T) {
	for name, sent := range map[string]string{"nothing": "", "part of version 1": "PRO", "part of version 2": v2Signature + "\x21"} {
		t.Run(name, func(t *testing.T) {
			socket := openOne(t, listener.Spec{
				Address: "127.0.0.1:0", ProxyProtocol: true, ProxyHeaderTimeout: 50 * time.Millisecond,
			})
			stalled, server := connect(t, socket)
			if _, err := io.WriteString(stalled, sent); err != nil {
				t.Fatal(err)
			}

			// The next client is served whatever the first one does.
			client, next := connect(t, socket)
			if _, err := io.WriteString(client, "PROXY TCP4 192.0.2.1 192.0.2.9 51000 443\r\nhello\n"); err != nil {
				t.Fatal(err)
			}
			if line, err := bufio.NewReader(next).ReadString('\n'); err != nil || line != "hello\n" {
				t.Errorf("read %q (%v)", line, err)
			}

			if _, err := server.Read(make([]byte, 1)); err == nil {
				t.Error("a stalled header does not time out")
			}
		})
	}
}

// A server reaches the TCP connection below, to splice once the header is read.
func TestProxyConnGivesItsTCPConnection(t *testing.T) {
	_, server := connect(t, openOne(t, listener.Spec{Address: "127.0.0.1:0", ProxyProtocol: true}))
	if _, ok := server.(interface{ TCPConn() (*net.TCPConn, bool) }); !ok {
		t.Fatalf("%T has no TCPConn", server)
	}
	if conn, ok := server.(*listener.ProxyConn).TCPConn(); !ok || conn == nil {
		t.Error("no TCP connection below")
	}
}
