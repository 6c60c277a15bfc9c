package upstream

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
)

// TLS says how connections to a TLS upstream are secured. Two values are the same peer if they are equal, certificate
// and roots being compared by pointer.
type TLS struct {
	// ServerName is sent as SNI, unless it is an IP address, and is what the certificate is checked for.
	ServerName string
	// Certificate is presented if the server asks for one; nil is none.
	Certificate *tls.Certificate
	// Verify has the server's certificate checked: chain, validity and name.
	Verify bool
	// Roots are the authorities to trust. With Verify and without Roots every handshake fails.
	// Kong 3.9: tls_verify without any CA certificate.
	Roots *x509.CertPool
	// Depth is the most intermediate certificates that a chain may have. Kong 3.9: tls_verify_depth.
	Depth int
}

var errChainTooLong = errors.New("certificate chain is longer than the verification depth allows")

// config is the configuration for one peer. Sessions are resumed between the connections to that peer only.
func (t TLS) config() *tls.Config {
	cfg := &tls.Config{
		ServerName:         t.ServerName,
		NextProtos:         []string{"http/1.1"},
		CipherSuites:       cipherSuites(),
		ClientSessionCache: tls.NewLRUClientSessionCache(1),
		// Verification is done below: the one of crypto/tls knows neither a depth nor names in the subject.
		InsecureSkipVerify: true,
	}
	if t.Certificate != nil {
		// Whatever authorities the server names: like OpenSSL, and so Kong, leave it to the server to refuse.
		cfg.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			return t.Certificate, nil
		}
	}
	if t.Verify {
		cfg.VerifyConnection = t.verify
	}
	return cfg
}

// cipherSuites adds RSA key exchange to what crypto/tls offers for TLS 1.2: OpenSSL, and so Kong, still talks to servers
// that have nothing else.
func cipherSuites() []uint16 {
	ids := make([]uint16, 0, 32)
	for _, suite := range tls.CipherSuites() {
		ids = append(ids, suite.ID)
	}
	return append(ids,
		tls.TLS_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_RSA_WITH_AES_256_GCM_SHA384,
		tls.TLS_RSA_WITH_AES_128_CBC_SHA, tls.TLS_RSA_WITH_AES_256_CBC_SHA)
}

// verify checks the server's certificate, also when a session is resumed.
func (t TLS) verify(state tls.ConnectionState) error {
	leaf := state.PeerCertificates[0]
	intermediates := x509.NewCertPool()
	for _, cert := range state.PeerCertificates[1:] {
		intermediates.AddCert(cert)
	}
	roots := t.Roots
	if roots == nil {
		roots = x509.NewCertPool() // nil would mean those of the system
	}
	chains, err := leaf.Verify(x509.VerifyOptions{Roots: roots, Intermediates: intermediates})
	if err != nil {
		return err
	}
	if !anyWithin(chains, t.Depth) {
		return errChainTooLong
	}
	return verifyName(leaf, t.ServerName)
}

// anyWithin tells whether one of the chains, each from leaf to root, has at most depth certificates in between.
func anyWithin(chains [][]*x509.Certificate, depth int) bool {
	for _, chain := range chains {
		if len(chain)-2 <= depth {
			return true
		}
	}
	return false
}

// verifyName checks that a certificate was issued for name. One without alternative names is taken at its common name,
// as OpenSSL does.
func verifyName(leaf *x509.Certificate, name string) error {
	if len(leaf.DNSNames)+len(leaf.IPAddresses)+len(leaf.EmailAddresses)+len(leaf.URIs) > 0 {
		return leaf.VerifyHostname(name)
	}
	named := x509.Certificate{DNSNames: []string{leaf.Subject.CommonName}}
	if named.VerifyHostname(name) != nil {
		return fmt.Errorf("certificate is valid for %q, not %q", leaf.Subject.CommonName, name)
	}
	return nil
}
