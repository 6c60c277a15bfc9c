package prefix

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"time"
)

// keyMaker makes a private key.
type keyMaker func() (crypto.Signer, error)

func newRSAKey() (crypto.Signer, error) { return rsa.GenerateKey(rand.Reader, 2048) }

func newECDSAKey() (crypto.Signer, error) { return ecdsa.GenerateKey(elliptic.P256(), rand.Reader) }

// madeCertificate is a new certificate, in memory and as the text of its two files.
type madeCertificate struct {
	certificate tls.Certificate
	crt, key    []byte
}

// selfSigned makes a certificate for localhost that is good for 20 years. Kong 3.9: prefix, default certificates. Unlike
// Kong's it names localhost as its subjectAltName, too: clients look nowhere else today.
func selfSigned(newKey keyMaker) (*madeCertificate, error) {
	signer, err := newKey()
	if err != nil {
		return nil, err
	}
	now := time.Now()
	template := &x509.Certificate{
		Subject:               defaultSubject,
		DNSNames:              []string{"localhost"},
		NotBefore:             now,
		NotAfter:              now.AddDate(20, 0, 0),
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment | x509.KeyUsageCertSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		BasicConstraintsValid: true,
		IsCA:                  true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, signer.Public(), signer)
	if err != nil {
		return nil, err
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	key, err := x509.MarshalPKCS8PrivateKey(signer)
	if err != nil {
		return nil, err
	}
	return &madeCertificate{
		certificate: tls.Certificate{Certificate: [][]byte{der}, PrivateKey: signer, Leaf: leaf},
		crt:         pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		key:         pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}),
	}, nil
}

// write writes the files of the certificate. The key comes first: whoever sees the certificate finds its key.
func (m *madeCertificate) write(crt, key string) error {
	if err := replaceFile(key, m.key, 0o600); err != nil {
		return err
	}
	return replaceFile(crt, m.crt, 0o644)
}

// defaultSubject is what clients of a Kong without a certificate of its own see.
var defaultSubject = pkix.Name{
	Country:            []string{"US"},
	Province:           []string{"California"},
	Locality:           []string{"San Francisco"},
	Organization:       []string{"Kong"},
	OrganizationalUnit: []string{"IT Department"},
	CommonName:         "localhost",
}
