package balancer

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"
)

// serve runs handle for each connection to a new loopback address until the end of the test.
func serve(t *testing.T, handle func(net.Conn)) netip.AddrPort {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			handle(conn)
			conn.Close()
		}
	}()
	t.Cleanup(func() {
		l.Close()
		<-done
	})
	return netip.MustParseAddrPort(l.Addr().String())
}

// answer returns a handler that reads the head of a request and then writes a text.
func answer(text string) func(net.Conn) {
	return func(conn net.Conn) {
		readHead(conn)
		_, _ = io.WriteString(conn, text)
	}
}

// readHead reads a request up to the empty line.
func readHead(conn net.Conn) string {
	var head strings.Builder
	lines := bufio.NewReader(conn)
	for {
		line, err := lines.ReadString('\n')
		head.WriteString(line)
		if err != nil || line == "\r\n" {
			return head.String()
		}
	}
}

// refuseTLS answers without waiting for a request that it can read.
func refuseTLS(conn net.Conn) { _, _ = io.WriteString(conn, "HTTP/1.1 400 Bad Request\r\n\r\n") }

// silent reads until the other side gives up.
func silent(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }

// refused returns an address that nobody listens on.
func refused(t *testing.T) netip.AddrPort {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return netip.MustParseAddrPort(l.Addr().String())
}

// secure starts an HTTPS server that answers 200. It returns the address and the pool that trusts its certificate, which
// is for 127.0.0.1 and example.com.
func secure(t *testing.T, configure func(*tls.Config), handle http.HandlerFunc) (netip.AddrPort, *x509.CertPool) {
	t.Helper()
	server := httptest.NewUnstartedServer(handle)
	server.Config.ErrorLog = nil
	server.TLS = &tls.Config{}
	configure(server.TLS)
	server.StartTLS()
	t.Cleanup(server.Close)
	pool := x509.NewCertPool()
	pool.AddCert(server.Certificate())
	return netip.MustParseAddrPort(server.Listener.Addr().String()), pool
}

func TestProbeOutcomes(t *testing.T) {
	ok := func(http.ResponseWriter, *http.Request) {}
	httpsAddr, pool := secure(t, func(*tls.Config) {}, ok)
	plain := serve(t, answer("HTTP/1.1 200 OK\r\n\r\n"))
	mute := serve(t, silent)
	hangup := serve(t, func(net.Conn) {})
	long := ActiveChecks{Timeout: 30 * time.Second}
	short := ActiveChecks{Timeout: time.Second}
	with := func(checks ActiveChecks, change func(*ActiveChecks)) ActiveChecks {
		change(&checks)
		return checks
	}
	tcp := with(long, func(c *ActiveChecks) { c.Type = "tcp" })
	https := with(long, func(c *ActiveChecks) { c.Type, c.HTTPSVerifyCertificate = "https", true })
	unverified := with(https, func(c *ActiveChecks) { c.HTTPSVerifyCertificate = false })
	named := func(name string) ActiveChecks { return with(https, func(c *ActiveChecks) { c.HTTPSSNI = name }) }
	tests := []struct {
		name   string
		addr   netip.AddrPort
		checks ActiveChecks
		roots  *x509.CertPool
		want   Outcome
	}{
		{"200", plain, long, nil, 200},
		{"503", serve(t, answer("HTTP/1.0 503 Service Unavailable\r\n\r\n")), long, nil, 503},
		{"status without reason", serve(t, answer("HTTP/1.1 204\r\n")), long, nil, 204},
		{"bare line feed", serve(t, answer("HTTP/1.1  302 Found\n")), long, nil, 302},
		{"another protocol", serve(t, answer("SSH-2.0-OpenSSH_9.2\r\n")), long, nil, NoStatus},
		{"no number", serve(t, answer("HTTP/1.1 OK then\r\n")), long, nil, NoStatus},
		{"negative number", serve(t, answer("HTTP/1.1 -12\r\n")), long, nil, NoStatus},
		{"short number", serve(t, answer("HTTP/1.1 20\r\n")), long, nil, NoStatus},
		{"empty line", serve(t, answer("\r\n")), long, nil, NoStatus},
		{"endless line", serve(t, answer("HTTP/1.1 200 "+strings.Repeat("x", 10_000)+"\r\n")), long, nil, NoStatus},
		{"closed at once", hangup, long, nil, TCPFailure},
		{"closed within the line", serve(t, answer("HTTP/1.1 200 OK")), long, nil, TCPFailure},
		{"no answer", mute, short, nil, Timeout},
		{"refused", refused(t), long, nil, TCPFailure},
		{"tcp", hangup, tcp, nil, Connected},
		{"tcp refused", refused(t), tcp, nil, TCPFailure},
		{"https", httpsAddr, https, pool, 200},
		{"grpcs", httpsAddr, with(https, func(c *ActiveChecks) { c.Type = "grpcs" }), pool, 200},
		{"grpc", plain, with(long, func(c *ActiveChecks) { c.Type = "grpc" }), nil, 200},
		{"https, certificate for the name", httpsAddr, named("example.com"), pool, 200},
		{"https, certificate for another name", httpsAddr, named("other.test"), pool, TCPFailure},
		{"https, nobody trusts it", httpsAddr, https, x509.NewCertPool(), TCPFailure},
		{"https, unverified", httpsAddr, unverified, x509.NewCertPool(), 200},
		{"https to plain http", serve(t, refuseTLS), https, pool, TCPFailure},
		{"https, no handshake", mute, with(short, func(c *ActiveChecks) { c.Type = "https" }), pool, TCPFailure},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := newProber(&Upstream{Healthchecks: Healthchecks{Active: test.checks}}, test.roots)
			if got := p.probe(t.Context(), &Address{AddrPort: test.addr, Name: "127.0.0.1"}); got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
		})
	}
}

func TestProbeRequest(t *testing.T) {
	tests := []struct {
		name     string
		upstream Upstream
		want     string
	}{
		{"defaults", Upstream{}, "GET / HTTP/1.0\r\nHost: name.test\r\n\r\n"},
		{"path and headers", Upstream{Healthchecks: Healthchecks{Active: ActiveChecks{
			HTTPPath: "/status/200", Headers: map[string][]string{"X-B": {"3"}, "X-A": {"1", "2"}},
		}}}, "GET /status/200 HTTP/1.0\r\nX-A: 1\r\nX-A: 2\r\nX-B: 3\r\nHost: name.test\r\n\r\n"},
		{"host header", Upstream{HostHeader: "example.com:81"}, "GET / HTTP/1.0\r\nHost: example.com:81\r\n\r\n"},
		{"configured Host", Upstream{HostHeader: "example.com", Healthchecks: Healthchecks{Active: ActiveChecks{
			Headers: map[string][]string{"host": {"mine.test"}},
		}}}, "GET / HTTP/1.0\r\nhost: mine.test\r\n\r\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			heads := make(chan string, 1)
			addr := serve(t, func(conn net.Conn) {
				heads <- readHead(conn)
				_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n")
			})
			newProber(&test.upstream, nil).probe(t.Context(), &Address{AddrPort: addr, Name: "name.test"})
			if got := <-heads; got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestProbeServerName(t *testing.T) {
	names := make(chan string, 1)
	addr, _ := secure(t, func(c *tls.Config) {
		c.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
			names <- hello.ServerName
			return nil, nil
		}
	}, func(http.ResponseWriter, *http.Request) {})
	tests := []struct{ sni, hostHeader, name, want string }{
		{"sni.test", "host.test", "name.test", "sni.test"},
		{"", "host.test:444", "name.test", "host.test"},
		{"", "", "name.test", "name.test"},
		{"", "", "127.0.0.1", ""},
		{"", "", "[::1]", ""},
		{"", "[::1]:444", "name.test", ""},
	}
	for _, test := range tests {
		u := Upstream{HostHeader: test.hostHeader}
		u.Healthchecks.Active = ActiveChecks{Type: "https", HTTPSSNI: test.sni}
		if got := newProber(&u, nil).probe(t.Context(), &Address{AddrPort: addr, Name: test.name}); got != 200 {
			t.Errorf("%+v: got %d, want 200", test, got)
		}
		if got := <-names; got != test.want {
			t.Errorf("%+v: server name %q", test, got)
		}
	}
}

func TestProbeOffersTheClientCertificate(t *testing.T) {
	offered := make(chan int, 1)
	addr, _ := secure(t, func(c *tls.Config) { c.ClientAuth = tls.RequestClientCert },
		func(_ http.ResponseWriter, r *http.Request) { offered <- len(r.TLS.PeerCertificates) })
	donor := httptest.NewUnstartedServer(nil)
	donor.StartTLS()
	defer donor.Close()
	u := Upstream{Healthchecks: Healthchecks{Active: ActiveChecks{Type: "https"}}}
	for want, certificate := range map[int]*tls.Certificate{0: nil, 1: &donor.TLS.Certificates[0]} {
		u.ClientCertificate = certificate
		if got := newProber(&u, nil).probe(t.Context(), &Address{AddrPort: addr, Name: "name.test"}); got != 200 {
			t.Errorf("got %d, want 200", got)
		}
		if got := <-offered; got != want {
			t.Errorf("%d certificates, want %d", got, want)
		}
	}
}

func TestProbeEndsWithItsContext(t *testing.T) {
	for _, kind := range []string{"http", "https"} {
		ctx, cancel := context.WithCancel(t.Context())
		addr := serve(t, func(conn net.Conn) {
			_, _ = conn.Read(make([]byte, 1))
			cancel()
			silent(conn)
		})
		p := newProber(&Upstream{Healthchecks: Healthchecks{Active: ActiveChecks{Type: kind, Timeout: time.Hour}}}, nil)
		p.probe(ctx, &Address{AddrPort: addr, Name: "name.test"}) // does not return unless it heeds ctx
	}
}

func FuzzStatusLine(f *testing.F) {
	for _, seed := range []string{"HTTP/1.1 200 OK\r\n", "HTTP/ 999\n", "HTTP/1.1 +12\n", "\n", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		if got := statusOf(line); got < 0 || got > 999 {
			t.Errorf("%q: status %d", line, got)
		}
	})
}
