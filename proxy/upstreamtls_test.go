package proxy_test

import (
	"crypto/ecdsa"
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// secureBackend is an upstream server behind TLS that answers with the server name it was asked for and with the common name
// of the client's certificate.
func secureBackend(t *testing.T, chain ...issued) *httptest.Server {
	t.Helper()
	certificate := tls.Certificate{PrivateKey: chain[0].pair.PrivateKey}
	for _, c := range chain {
		certificate.Certificate = append(certificate.Certificate, c.leaf.Raw)
	}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		client := "nobody"
		if peers := r.TLS.PeerCertificates; len(peers) > 0 {
			client = peers[0].Subject.CommonName
		}
		_, _ = io.WriteString(w, r.TLS.ServerName+" "+client)
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}, ClientAuth: tls.RequestClientCert}
	server.StartTLS()
	t.Cleanup(server.Close)
	return server
}

func TestUpstreamTLS(t *testing.T) {
	authority := issue(t, nil, true, "authority")
	intermediate := issue(t, &authority, true, "intermediate")
	lower := issue(t, &intermediate, true, "lower")
	stranger := issue(t, nil, true, "stranger")
	direct := []issued{issue(t, &authority, false, "direct", "localhost")}
	deep := []issued{issue(t, &lower, false, "deep", "localhost"), lower, intermediate}
	n := start(t, config{})
	trusted := n.insert("ca_certificates", doc{"cert": authority.cert})
	others := n.insert("ca_certificates", doc{"cert": stranger.cert})
	mine := n.insert("certificates", issue(t, nil, false, "mine").row())
	group := n.insert("certificates", issue(t, nil, false, "of the group").row())
	port := func(s *httptest.Server) int64 { return int64(s.Listener.Addr().(*net.TCPAddr).Port) }
	// Each case has a server of its own, because connections are shared between services that verify and those that do not.
	upstream := ref(n.insert("upstreams", doc{"name": "localhost.group", "client_certificate": ref(group), "host_header": "localhost"}))
	for _, test := range []struct {
		name    string
		service doc
		chain   []issued
		status  int
		body    string
	}{
		{"not verified", doc{}, direct, 200, "localhost nobody"},
		{"verified", doc{"tls_verify": true, "ca_certificates": list(trusted)}, direct, 200, "localhost nobody"},
		{"verified without an authority", doc{"tls_verify": true}, direct, 502, ""},
		{"verified by others", doc{"tls_verify": true, "ca_certificates": list(others)}, direct, 502, ""},
		{"authorities without verification", doc{"ca_certificates": list(others)}, direct, 200, "localhost nobody"},
		{"another name", doc{"host": "127.0.0.1", "tls_verify": true, "ca_certificates": list(trusted)}, direct, 502, ""},
		{"chain that is too long", doc{"tls_verify": true, "ca_certificates": list(trusted)}, deep, 502, ""},
		{"chain that is just short enough", doc{"tls_verify": true, "ca_certificates": list(trusted), "tls_verify_depth": int64(2)}, deep, 200, "localhost nobody"},
		{"client certificate", doc{"client_certificate": ref(mine)}, direct, 200, "localhost mine"},
		{"client certificate of the upstream", doc{"host": "localhost.group"}, direct, 200, "localhost of the group"},
		{
			"that of the service counts more", doc{"host": "localhost.group", "client_certificate": ref(mine)}, direct, 200,
			"localhost mine",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			server := secureBackend(t, test.chain...)
			target := n.insert("targets", doc{"upstream": upstream, "target": server.Listener.Addr().String()})
			defer n.delete("targets", target)
			service := doc{"protocol": "https", "host": "localhost", "port": port(server), "retries": int64(0)}
			for field, value := range test.service {
				service[field] = value
			}
			path := "/" + strings.ReplaceAll(test.name, " ", "-")
			id := n.insert("services", service)
			n.insert("routes", doc{"paths": list(path), "service": ref(id)})
			if got := n.ask(get(path)); got.status != test.status || test.body != "" && got.body != test.body {
				t.Errorf("got %s %q, want %d %q", got.line, got.body, test.status, test.body)
			}
		})
	}
	t.Run("certificates that change", func(t *testing.T) {
		service := n.insert("services", doc{
			"protocol": "https", "host": "localhost", "port": port(secureBackend(t, direct...)), "retries": int64(0), "client_certificate": ref(mine),
			"tls_verify": true, "ca_certificates": list(others),
		})
		n.insert("routes", doc{"paths": list("/changing"), "service": ref(service)})
		if got := n.ask(get("/changing")); got.status != 502 {
			t.Fatalf("got %s %q", got.line, got.body)
		}
		key := authority.pair.PrivateKey.(*ecdsa.PrivateKey)
		again := issueWith(t, key, key.Public(), nil, true, "authority", nil)
		n.update("ca_certificates", others, doc{"cert": again.cert})
		n.update("certificates", mine, issue(t, nil, false, "renewed").row())
		if got := n.ask(get("/changing")); got.body != "localhost renewed" {
			t.Errorf("got %s %q", got.line, got.body)
		}
	})
}
