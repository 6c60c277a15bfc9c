package prefix_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"log/slog"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/kongo-gateway/kongo/prefix"
)

// ready returns default certificates that are all there, and what was logged on the way.
func ready(t testing.TB, d prefix.Dir, services ...string) (*prefix.DefaultCertificates, string) {
	t.Helper()
	var log bytes.Buffer
	certificates := d.DefaultCertificates(slog.New(slog.NewTextHandler(&log, nil)), services...)
	t.Cleanup(certificates.Close)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := certificates.Wait(ctx); err != nil {
		t.Fatal(err)
	}
	return certificates, log.String()
}

// handshake returns the certificate that a client gets.
func handshake(t testing.TB, certificates *prefix.DefaultCertificates, service string, client *tls.Config) *x509.Certificate {
	t.Helper()
	ours, theirs := net.Pipe()
	defer ours.Close()
	defer theirs.Close()
	server := tls.Server(ours, &tls.Config{GetCertificate: certificates.Get(service)})
	failed := make(chan error, 1)
	go func() { failed <- server.Handshake() }()
	client.InsecureSkipVerify = true
	conn := tls.Client(theirs, client)
	if err := conn.Handshake(); err != nil {
		t.Fatal(err)
	}
	if err := <-failed; err != nil {
		t.Fatal(err)
	}
	return conn.ConnectionState().PeerCertificates[0]
}

// oldClient can use nothing but RSA keys.
func oldClient() *tls.Config {
	return &tls.Config{MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}}
}

func TestDefaultCertificateFiles(t *testing.T) {
	d := prepared(t)
	if _, log := ready(t, d, "proxy", "admin", "admin_gui", "status"); log != "" {
		t.Errorf("logged: %s", log)
	}
	for _, name := range []string{"kong-default", "admin-kong-default", "admin-gui-kong-default", "status-kong-default"} {
		for _, kind := range []string{"", "-ecdsa"} {
			path := d.Path("ssl/" + name + kind)
			pair, err := tls.LoadX509KeyPair(path+".crt", path+".key")
			if err != nil {
				t.Error(err)
				continue
			}
			subject := pair.Leaf.Subject
			const want = "CN=localhost,OU=IT Department,O=Kong,L=San Francisco,ST=California,C=US"
			if subject.String() != want {
				t.Errorf("%s: subject is %s", path, subject)
			}
			if pair.Leaf.Issuer.String() != subject.String() {
				t.Errorf("%s: not self-signed", path)
			}
			if want := pair.Leaf.NotBefore.AddDate(20, 0, 0); !pair.Leaf.NotAfter.Equal(want) {
				t.Errorf("%s: ends %s, want %s", path, pair.Leaf.NotAfter, want)
			}
			switch key := pair.Leaf.PublicKey.(type) {
			case *rsa.PublicKey:
				if kind != "" || key.N.BitLen() != 2048 {
					t.Errorf("%s: RSA key of %d bits", path, key.N.BitLen())
				}
			case *ecdsa.PublicKey:
				if kind != "-ecdsa" || key.Curve != elliptic.P256() {
					t.Errorf("%s: ECDSA key on %s", path, key.Params().Name)
				}
			}
			if info, err := os.Stat(path + ".key"); err != nil || info.Mode() != 0o600 {
				t.Errorf("%s: mode of the key is %v (%v)", path, info.Mode(), err)
			}
		}
	}
}

func TestClientsGetACertificateTheyCanUse(t *testing.T) {
	certificates, _ := ready(t, prepared(t), "proxy", "admin")
	modern := handshake(t, certificates, "proxy", &tls.Config{ServerName: "api.example.com"})
	if modern.PublicKeyAlgorithm != x509.ECDSA {
		t.Errorf("a modern client gets %s", modern.PublicKeyAlgorithm)
	}
	old := handshake(t, certificates, "proxy", oldClient())
	if old.PublicKeyAlgorithm != x509.RSA {
		t.Errorf("an old client gets %s", old.PublicKeyAlgorithm)
	}
	if admin := handshake(t, certificates, "admin", &tls.Config{}); admin.Equal(modern) {
		t.Error("services share a certificate")
	}
	if _, err := certificates.Get("status")(&tls.ClientHelloInfo{}); err == nil {
		t.Error("a certificate for a service that has none")
	}
}

// Handshakes do not wait for the certificates of others, nor for Close.
func TestEarlyHandshakes(t *testing.T) {
	d := prepared(t)
	certificates := d.DefaultCertificates(nil, "admin", "status", "proxy")
	first := handshake(t, certificates, "proxy", &tls.Config{})
	certificates.Close()
	old := handshake(t, certificates, "proxy", oldClient())
	again, _ := ready(t, d, "proxy")
	if !handshake(t, again, "proxy", &tls.Config{}).Equal(first) || !handshake(t, again, "proxy", oldClient()).Equal(old) {
		t.Error("an early handshake got a certificate that was not kept")
	}
}

func TestDefaultCertificatesAreReused(t *testing.T) {
	d := prepared(t)
	ready(t, d, "proxy")
	before := read(t, d.Path("ssl/kong-default.crt"))
	if _, log := ready(t, d, "proxy"); log != "" || read(t, d.Path("ssl/kong-default.crt")) != before {
		t.Errorf("made anew: %s", log)
	}
}

func TestUselessDefaultCertificatesAreReplaced(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, d prefix.Dir){
		"corrupt": func(t *testing.T, d prefix.Dir) { write(t, d.Path("ssl/kong-default-ecdsa.crt"), "garbage") },
		"of another key": func(t *testing.T, d prefix.Dir) {
			if err := os.Rename(d.Path("ssl/admin-kong-default-ecdsa.key"), d.Path("ssl/kong-default-ecdsa.key")); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := prepared(t)
			ready(t, d, "proxy", "admin")
			spoil(t, d)
			_, log := ready(t, d, "proxy")
			if strings.Count(log, "level=WARN") != 1 || !strings.Contains(log, d.Path("ssl/kong-default-ecdsa.crt")) {
				t.Errorf("logged %q, want one warning that names the certificate", log)
			}
			if _, err := tls.LoadX509KeyPair(d.Path("ssl/kong-default-ecdsa.crt"), d.Path("ssl/kong-default-ecdsa.key")); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestCertificatesThatCannotBeWrittenServeAllTheSame(t *testing.T) {
	d := prefix.Dir(t.TempDir()) // without ssl/
	var log bytes.Buffer
	certificates := d.DefaultCertificates(slog.New(slog.NewTextHandler(&log, nil)), "proxy")
	defer certificates.Close()
	err := certificates.Wait(t.Context())
	if err == nil || !strings.Contains(err.Error(), d.Path("ssl")) || !strings.Contains(log.String(), "level=ERROR") {
		t.Errorf("error is %v, logged %q", err, log.String())
	}
	handshake(t, certificates, "proxy", &tls.Config{})
	handshake(t, certificates, "proxy", oldClient())
}

func TestWaitForCertificatesEndsWithItsContext(t *testing.T) {
	d := prepared(t)
	stuck := d.Path("ssl/kong-default-ecdsa.crt") // reading it waits for a writer
	if err := syscall.Mkfifo(stuck, 0o600); err != nil {
		t.Fatal(err)
	}
	certificates := d.DefaultCertificates(nil, "proxy")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := certificates.Wait(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v", err)
	}
	writer, err := os.OpenFile(stuck, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	writer.Close()
	certificates.Close()
}
