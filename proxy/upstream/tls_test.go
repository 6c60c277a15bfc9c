package upstream_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"math/big"
	"net"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/proxy/upstream"
)

// identity is a certificate with its key, and with the certificates between it and a root.
type identity struct {
	cert  *x509.Certificate
	key   *ecdsa.PrivateKey
	chain [][]byte
}

// issue makes a certificate for a common name and alternative names. Without an issuer it signs itself.
func issue(t *testing.T, issuer *identity, ca bool, commonName string, names ...string) *identity {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{CommonName: commonName},
		DNSNames:              names,
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(time.Hour),
		IsCA:                  ca,
		BasicConstraintsValid: true,
	}
	parent, signer := template, key
	if issuer != nil {
		parent, signer = issuer.cert, issuer.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	made := &identity{cert: cert, key: key, chain: [][]byte{der}}
	if issuer != nil && issuer.cert.Issuer.CommonName != issuer.cert.Subject.CommonName {
		made.chain = append(made.chain, issuer.chain...)
	}
	return made
}

func (id *identity) tls() tls.Certificate {
	return tls.Certificate{Certificate: id.chain, PrivateKey: id.key, Leaf: id.cert}
}

func (id *identity) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(id.cert)
	return pool
}

// secured runs a handler below TLS.
func secured(cfg *tls.Config, handle func(c *tls.Conn)) func(c *net.TCPConn) {
	return func(c *net.TCPConn) {
		secure := tls.Server(c, cfg)
		if secure.Handshake() == nil {
			handle(secure)
			secure.Close()
		}
	}
}

// describing answers every request with what the server knows about the connection.
func describing(c *tls.Conn) {
	r := bufio.NewReader(c)
	for {
		if _, err := readRequest(r); err != nil {
			return
		}
		state := c.ConnectionState()
		client := ""
		if len(state.PeerCertificates) > 0 {
			client = state.PeerCertificates[0].Subject.CommonName
		}
		io.WriteString(c, ok(fmt.Sprintf("sni=%s alpn=%s client=%s resumed=%v",
			state.ServerName, state.NegotiatedProtocol, client, state.DidResume)))
	}
}

func TestTLS(t *testing.T) {
	watchDescriptors(t)
	root := issue(t, nil, true, "root")
	client := issue(t, root, false, "the client").tls()
	s := serve(t, secured(&tls.Config{
		Certificates: []tls.Certificate{issue(t, root, false, "", "server.test").tls()},
		NextProtos:   []string{"h2", "http/1.1"},
		ClientAuth:   tls.RequestClientCert,
	}, describing))
	pool := newPool(t, keepAlive)
	tests := []struct {
		name string
		tls  upstream.TLS
		want string
	}{
		{"name", upstream.TLS{ServerName: "any.test"}, "sni=any.test alpn=http/1.1 client= resumed=false"},
		{"address as name", upstream.TLS{ServerName: "127.0.0.1"}, "sni= alpn=http/1.1 client= resumed=false"},
		{"no name", upstream.TLS{}, "sni= alpn=http/1.1 client= resumed=false"},
		{"client certificate", upstream.TLS{ServerName: "a.test", Certificate: &client}, "sni=a.test alpn=http/1.1 client=the client resumed=false"},
		{"verified", upstream.TLS{ServerName: "server.test", Verify: true, Roots: root.pool(), Depth: 1}, "sni=server.test alpn=http/1.1 client= resumed=false"},
	}
	for i, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for range 3 {
				if _, got := fetch(t, pool.Peer(s.addr(), &test.tls), get()); got != test.want {
					t.Errorf("got %s, want %s", got, test.want)
				}
			}
			if n := s.accepted.Load(); n != int32(i+1) {
				t.Errorf("made %d connections so far, want %d", n, i+1)
			}
		})
	}
}

func TestTLSVerification(t *testing.T) {
	root := issue(t, nil, true, "root")
	intermediate := issue(t, root, true, "intermediate")
	lower := issue(t, intermediate, true, "lower")
	other := issue(t, nil, true, "other")
	tests := []struct {
		name   string
		server *identity
		tls    upstream.TLS
		ok     bool
	}{
		{"trusted root", issue(t, root, false, "", "server.test"), upstream.TLS{Roots: root.pool()}, true},
		{"wildcard", issue(t, root, false, "", "*.test"), upstream.TLS{Roots: root.pool()}, true},
		{"common name", issue(t, root, false, "server.test"), upstream.TLS{Roots: root.pool()}, true},
		{"other common name", issue(t, root, false, "else.test"), upstream.TLS{Roots: root.pool()}, false},
		{"common name beside other names", issue(t, root, false, "server.test", "else.test"), upstream.TLS{Roots: root.pool()}, false},
		{"other name", issue(t, root, false, "", "else.test"), upstream.TLS{Roots: root.pool()}, false},
		{"other root", issue(t, root, false, "", "server.test"), upstream.TLS{Roots: other.pool()}, false},
		{"no roots", issue(t, root, false, "", "server.test"), upstream.TLS{}, false},
		{"self-signed and trusted", issue(t, nil, false, "", "server.test"), upstream.TLS{}, false},
		{"one intermediate, depth 0", issue(t, intermediate, false, "", "server.test"), upstream.TLS{Roots: root.pool()}, false},
		{"one intermediate, depth 1", issue(t, intermediate, false, "", "server.test"), upstream.TLS{Roots: root.pool(), Depth: 1}, true},
		{"two intermediates, depth 1", issue(t, lower, false, "", "server.test"), upstream.TLS{Roots: root.pool(), Depth: 1}, false},
		{"two intermediates, depth 2", issue(t, lower, false, "", "server.test"), upstream.TLS{Roots: root.pool(), Depth: 2}, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := serve(t, secured(&tls.Config{Certificates: []tls.Certificate{test.server.tls()}}, describing))
			test.tls.ServerName, test.tls.Verify = "server.test", true
			resp, err := newPool(t, keepAlive).Peer(s.addr(), &test.tls).RoundTrip(get())
			if test.ok {
				if err != nil {
					t.Fatal(err)
				}
				resp.Release()
				return
			}
			if e := failure(t, err, upstream.OpHandshake); e.Sent() || e.Timeout() {
				t.Errorf("wrong circumstances: %+v", e)
			}
		})
	}
}

// TestTLSResumption: new connections to a peer resume the session of earlier ones, and are verified all the same.
func TestTLSResumption(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		t.Run(tls.VersionName(version), func(t *testing.T) {
			root := issue(t, nil, true, "root")
			s := serve(t, secured(&tls.Config{
				Certificates: []tls.Certificate{issue(t, root, false, "", "server.test").tls()},
				MaxVersion:   version,
			}, describing))
			peer := newPool(t, upstream.Options{}).Peer(s.addr(), &upstream.TLS{ServerName: "server.test", Verify: true, Roots: root.pool()})
			for i := range 3 {
				want := fmt.Sprintf("sni=server.test alpn= client= resumed=%v", i > 0)
				if _, got := fetch(t, peer, get()); got != want {
					t.Errorf("got %s, want %s", got, want)
				}
			}
		})
	}
}

func TestTLSHandshakeFailures(t *testing.T) {
	tests := []struct {
		name    string
		handle  func(c *net.TCPConn)
		timeout bool
	}{
		{"server speaks plain HTTP", func(c *net.TCPConn) { io.WriteString(c, "HTTP/1.1 400 Bad Request\r\n\r\n") }, false},
		{"server closes", func(*net.TCPConn) {}, false},
		{"server says nothing", func(c *net.TCPConn) { io.Copy(io.Discard, c) }, true},
		{"server drips", func(c *net.TCPConn) {
			// A record that is never complete: each byte is progress, but the handshake as a whole is bounded.
			record := append([]byte{22, 3, 3, 0x10, 0}, make([]byte, 4096)...)
			for i := range record {
				if _, err := c.Write(record[i : i+1]); err != nil {
					return
				}
				time.Sleep(5 * time.Millisecond)
			}
		}, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			watchDescriptors(t)
			peer := newPool(t, keepAlive).Peer(serve(t, test.handle).addr(), &upstream.TLS{})
			req := get()
			if test.timeout {
				req.Timeouts.Connect = 200 * time.Millisecond
			}
			_, err := peer.RoundTrip(req)
			if e := failure(t, err, upstream.OpHandshake); e.Timeout() != test.timeout || e.Sent() {
				t.Errorf("wrong circumstances: %+v", e)
			}
		})
	}
}

// TestTLSServerClosesIdle: a close_notify that came after the response is noticed before the next request is sent.
func TestTLSServerClosesIdle(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		t.Run(tls.VersionName(version), func(t *testing.T) {
			watchDescriptors(t)
			s := serve(t, secured(&tls.Config{
				Certificates: []tls.Certificate{issue(t, nil, false, "server").tls()},
				MaxVersion:   version,
			}, func(c *tls.Conn) {
				readRequest(bufio.NewReader(c))
				io.WriteString(c, ok("only one"))
			}))
			peer := newPool(t, keepAlive).Peer(s.addr(), &upstream.TLS{})
			for range 5 {
				if _, body := fetch(t, peer, post("x")); body != "only one" {
					t.Fatalf("got %q", body)
				}
				eventually(t, "closing of the connection by the server", func() bool { return s.connections() == 0 })
			}
		})
	}
}

func TestTLSBodies(t *testing.T) {
	cfg := &tls.Config{Certificates: []tls.Certificate{issue(t, nil, false, "server").tls()}}
	for _, size := range []int{0, 1, upstream.ExchangeBuffer + 1, upstream.CopyBuffer + 1, 2 << 20} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			watchDescriptors(t)
			body := pattern(size)
			pool := newPool(t, keepAlive)
			peer := pool.Peer(serve(t, secured(cfg, func(c *tls.Conn) {
				r := bufio.NewReader(c)
				for {
					req, err := readRequest(r)
					if err != nil {
						return
					}
					c.Write(framed("chunked", req.body))
				}
			})).addr(), &upstream.TLS{})
			for _, upload := range uploads {
				resp, err := peer.RoundTrip(upload.make(t, body))
				if err != nil {
					t.Fatal(err)
				}
				got := throughConnection(t, func(client *net.TCPConn) error {
					_, err := resp.SendTo(client, client, patience)
					return err
				})
				sameBytes(t, got, body)
				if !resp.Release() || peer.Idle() != 1 {
					t.Errorf("%s: the connection was not kept", upload.name)
				}
			}
			stats := pool.Stats()
			if want := int64(len(uploads) * size); stats.RequestCopied != want || stats.ResponseCopied != want {
				t.Errorf("counted %+v, want %d each", stats, want)
			}
		})
	}
}

// TestTLSEarlyResponse: as without TLS, a server need not read all of a request.
func TestTLSEarlyResponse(t *testing.T) {
	watchDescriptors(t)
	cfg := &tls.Config{Certificates: []tls.Certificate{issue(t, nil, false, "server").tls()}}
	peer := newPool(t, keepAlive).Peer(serve(t, func(tcp *net.TCPConn) {
		secured(cfg, func(c *tls.Conn) {
			c.Read(make([]byte, 10))
			io.WriteString(c, "HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig")
			<-closedByPeer(tcp)
		})(tcp)
	}).addr(), &upstream.TLS{})
	body := pattern(16 << 20)
	for _, req := range []*upstream.Request{
		posting(body, int64(len(body)), upstream.Source{}),
		posting(nil, int64(len(body)), fromConnection(t, body)),
	} {
		resp, err := peer.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode() != 413 || readAll(t, resp) != "big" {
			t.Errorf("got status %d", resp.StatusCode())
		}
		if resp.Release() {
			t.Error("the request counts as sent")
		}
	}
}
