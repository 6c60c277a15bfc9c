package proxy_test

import (
	"bufio"
	"crypto/tls"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/proxy"
)

// secure connects over TLS with a server name; "" for none.
func (n *node) secure(name string, changes ...func(*tls.Config)) (*session, tls.ConnectionState) {
	n.t.Helper()
	c := &tls.Config{InsecureSkipVerify: true, ServerName: name}
	for _, change := range changes {
		change(c)
	}
	conn := tls.Client(dial(n.t, n.secured), c)
	n.must(conn.HandshakeContext(n.t.Context()))
	return &session{conn, bufio.NewReader(conn)}, conn.ConnectionState()
}

// shown is the common name of the certificate that a client gets for a server name.
func (n *node) shown(name string, changes ...func(*tls.Config)) string {
	n.t.Helper()
	_, state := n.secure(name, changes...)
	return state.PeerCertificates[0].Subject.CommonName
}

// TestCertificateByName looks for certificates under server names, which are wildcards in part.
func TestCertificateByName(t *testing.T) {
	n := start(t, config{options: func(o *proxy.Options) {
		c := issue(t, nil, false, "configured")
		o.TLS = &tls.Config{Certificates: []tls.Certificate{c.pair}}
	}})
	names := map[string]string{}
	add := func(sni string) {
		t.Helper()
		certificate := n.insert("certificates", issue(t, nil, false, "for "+sni).row())
		names[sni] = n.insert("snis", doc{"name": sni, "certificate": ref(certificate)})
	}
	for _, sni := range []string{"exact.test.com", "*.test.com", "wild.test.*"} {
		add(sni)
	}
	check := func(what string, want map[string]string) {
		t.Helper()
		for name, want := range want {
			if got := n.shown(name); got != want {
				t.Errorf("%s: %q gets the certificate %q, want %q", what, name, got, want)
			}
		}
	}
	check("by name", map[string]string{
		"exact.test.com":  "for exact.test.com",
		"EXACT.Test.com":  "for exact.test.com",
		"other.test.com":  "for *.test.com",
		"a.b.test.com":    "configured",
		"wild.test.org":   "for wild.test.*",
		"wild.test.com":   "for *.test.com",
		"test.com":        "configured",
		"unknown.example": "configured",
		"":                "configured",
		"127.0.0.1":       "configured",
	})
	add("*")
	check("with a name for all others", map[string]string{
		"exact.test.com": "for exact.test.com", "unknown.example": "for *", "test.com": "for *", "": "configured",
	})
	n.delete("snis", names["exact.test.com"])
	check("without the exact name", map[string]string{"exact.test.com": "for *.test.com"})
	n.delete("snis", names["*"])
	check("without the name for all others", map[string]string{"unknown.example": "configured"})
}

// TestSecondCertificate serves clients that cannot make use of the first one.
func TestSecondCertificate(t *testing.T) {
	n := start(t, config{})
	row, second := issue(t, nil, false, "elliptic").row(), issueRSA(t, "rsa")
	row["cert_alt"], row["key_alt"] = second.cert, second.key
	n.insert("snis", doc{"name": "two.test", "certificate": ref(n.insert("certificates", row))})
	if got := n.shown("two.test"); got != "elliptic" {
		t.Errorf("got %q", got)
	}
	old := func(c *tls.Config) {
		c.MaxVersion = tls.VersionTLS12
		c.CipherSuites = []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}
	}
	if got := n.shown("two.test", old); got != "rsa" {
		t.Errorf("a client that knows only RSA got %q", got)
	}
}

// TestCertificateIsSwapped changes a certificate under a connection that goes on.
func TestCertificateIsSwapped(t *testing.T) {
	b := startBackend(t, nil)
	// As a node configures its sockets: what is configured may change under way.
	configured := &tls.Config{Certificates: []tls.Certificate{issue(t, nil, false, "configured").pair}}
	n := start(t, config{options: func(o *proxy.Options) {
		o.TLS = &tls.Config{GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) { return configured, nil }}
	}})
	n.route(b, doc{"paths": list("/")})
	certificate := n.insert("certificates", issue(t, nil, false, "old").row())
	n.insert("snis", doc{"name": "*", "certificate": ref(certificate)})
	s, state := n.secure("swap.test")
	if got := state.PeerCertificates[0].Subject.CommonName; got != "old" {
		t.Fatalf("got %q", got)
	}
	s.ask(t, get("/"))
	n.update("certificates", certificate, issue(t, nil, false, "new").row())
	if got := n.shown("swap.test"); got != "new" {
		t.Errorf("after the change a client gets %q", got)
	}
	if got := s.ask(t, get("/")); got.status != 200 {
		t.Errorf("the connection made before: got %s", got.line)
	}
	if got := n.shown(""); got != "configured" {
		t.Errorf("without a name a client gets %q", got)
	}
	configured = &tls.Config{Certificates: []tls.Certificate{issue(t, nil, false, "configured anew").pair}}
	if got := n.shown(""); got != "configured anew" {
		t.Errorf("after a reload a client without a name gets %q", got)
	}
}

// TestSessionsResume has a client come back with the ticket that it got.
func TestSessionsResume(t *testing.T) {
	b := startBackend(t, nil)
	configured := &tls.Config{Certificates: []tls.Certificate{issue(t, nil, false, "configured").pair}}
	n := start(t, config{options: func(o *proxy.Options) {
		o.TLS = &tls.Config{GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) { return configured, nil }}
	}})
	n.route(b, doc{"paths": list("/")})
	cache := tls.NewLRUClientSessionCache(1)
	remember := func(c *tls.Config) { c.ClientSessionCache = cache }
	s, _ := n.secure("resume.test", remember)
	s.ask(t, get("/")) // the ticket comes with the answer
	if _, state := n.secure("resume.test", remember); !state.DidResume {
		t.Error("the session was not resumed")
	}
}

// TestRoutesByServerName sends requests where the server name of their connection says.
func TestRoutesByServerName(t *testing.T) {
	a, b := startBackend(t, nil), startBackend(t, func(received) string { return "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nb" })
	n := start(t, config{})
	n.route(a, doc{"paths": list("/")})
	n.route(b, doc{"paths": list("/"), "snis": list("b.test"), "protocols": list("https", "http")})
	for name, want := range map[string]string{"a.test": "ok", "b.test": "b"} {
		s, _ := n.secure(name)
		if got := s.ask(t, get("/")); got.body != want {
			t.Errorf("%s: got %q", name, got.body)
		}
	}
	if got, _ := a.only(t).value("X-Forwarded-Proto"); got != "https" {
		t.Errorf("got X-Forwarded-Proto %q", got)
	}
}

// TestClearTextAtTLS answers clients that do not know better.
func TestClearTextAtTLS(t *testing.T) {
	n := start(t, config{})
	s := connect(t, n.secured)
	if got := s.ask(t, get("/")); got.status != 400 || got.body != "The plain HTTP request was sent to HTTPS port\n" {
		t.Errorf("got %s %q", got.line, got.body)
	}
	silent := connect(t, n.secured)
	silent.send(t, "\x16\x03\x01")
	if err := n.shutdown(time.Minute); err != nil {
		t.Errorf("a handshake that is going on: %v", err)
	}
}
