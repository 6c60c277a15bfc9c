package node_test

import (
	"crypto/tls"
	"crypto/x509/pkix"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/kongo-gateway/kongo/internal/testenv/selfsigned"
)

// certificate writes a self-signed certificate and its key.
func certificate(t *testing.T, name string) (crt, key string) {
	t.Helper()
	dir := t.TempDir()
	crt, key = filepath.Join(dir, "server.crt"), filepath.Join(dir, "server.key")
	writeCertificate(t, name, crt, key)
	return crt, key
}

func writeCertificate(t *testing.T, name, crt, key string) {
	t.Helper()
	crtText, keyText, err := selfsigned.New(pkix.Name{CommonName: name}, "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	for path, text := range map[string][]byte{crt: crtText, key: keyText} {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// handshake connects and says what it was shown.
func handshake(address string, config *tls.Config) (tls.ConnectionState, error) {
	config.InsecureSkipVerify = true
	conn, err := tls.Dial("tcp", address, config)
	if err != nil {
		return tls.ConnectionState{}, err
	}
	defer conn.Close()
	return conn.ConnectionState(), nil
}

func TestTLS(t *testing.T) {
	crt, key := certificate(t, "from a file")
	crtText, err := os.ReadFile(crt)
	if err != nil {
		t.Fatal(err)
	}
	keyText, err := os.ReadFile(key)
	if err != nil {
		t.Fatal(err)
	}
	prefix := filepath.Join(t.TempDir(), "prefix") // one for all, as making keys takes its time
	old := &tls.Config{MaxVersion: tls.VersionTLS12}
	h2 := &tls.Config{NextProtos: []string{"h2", "http/1.1"}}
	for name, c := range map[string]struct {
		settings map[string]string
		client   *tls.Config
		refused  bool
		subject  string
		protocol string
	}{
		"self-signed":        {map[string]string{}, h2, false, "localhost", "http/1.1"},
		"file":               {map[string]string{"ADMIN_SSL_CERT": crt, "ADMIN_SSL_CERT_KEY": key}, h2, false, "from a file", "http/1.1"},
		"text":               {map[string]string{"ADMIN_SSL_CERT": string(crtText), "ADMIN_SSL_CERT_KEY": string(keyText)}, h2, false, "from a file", "http/1.1"},
		"http2":              {map[string]string{"ADMIN_LISTEN": "127.0.0.1:0 ssl http2"}, h2, false, "localhost", "h2"},
		"old client":         {map[string]string{}, old, false, "localhost", ""},
		"old client, modern": {map[string]string{"SSL_CIPHER_SUITE": "modern"}, old, true, "", ""},
		"custom":             {map[string]string{"SSL_CIPHER_SUITE": "custom", "SSL_PROTOCOLS": "TLSv1.2", "SSL_CIPHERS": "ECDHE-ECDSA-AES256-GCM-SHA384"}, h2, false, "localhost", "http/1.1"},
		"unknown ciphers":    {map[string]string{"SSL_CIPHER_SUITE": "custom", "SSL_CIPHERS": "HIGH:!aNULL"}, old, false, "localhost", ""},
	} {
		t.Run(name, func(t *testing.T) {
			settings := map[string]string{"PREFIX": prefix, "ADMIN_LISTEN": "127.0.0.1:0 ssl"}
			maps.Copy(settings, c.settings)
			n := start(t, configure(t, settings))
			state, err := handshake(n.Addresses("admin")[0], c.client.Clone())
			if c.refused {
				if err == nil {
					t.Errorf("connected with %x", state.Version)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := state.PeerCertificates[0].Subject.CommonName; got != c.subject || state.NegotiatedProtocol != c.protocol {
				t.Errorf("certificate of %s, protocol %q", got, state.NegotiatedProtocol)
			}
			if name == "custom" && (state.Version != tls.VersionTLS12 || state.CipherSuite != tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384) {
				t.Errorf("version %x, suite %s", state.Version, tls.CipherSuiteName(state.CipherSuite))
			}
			if status, _ := get(t, "https://"+n.Addresses("admin")[0]+"/"); status != http.StatusOK {
				t.Errorf("GET / is %d", status)
			}
		})
	}
}
