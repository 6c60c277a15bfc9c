package proxy_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"testing"
	"time"
)

// issued is a certificate with its key, both in PEM, and as Go has them.
type issued struct {
	cert, key string
	leaf      *x509.Certificate
	pair      tls.Certificate
}

// row is the row of a certificate.
func (i issued) row() doc { return doc{"cert": i.cert, "key": i.key} }

// issue makes a certificate for some host names, signed by issuer, or by itself if that is nil.
func issue(t testing.TB, issuer *issued, authority bool, name string, hosts ...string) issued {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return issueWith(t, key, key.Public(), issuer, authority, name, hosts)
}

// issueRSA makes a certificate with a key of the older kind.
func issueRSA(t testing.TB, name string, hosts ...string) issued {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return issueWith(t, key, key.Public(), nil, false, name, hosts)
}

func issueWith(t testing.TB, key, public any, issuer *issued, authority bool, name string, hosts []string) issued {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: authority, BasicConstraintsValid: true,
	}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	parent, signer := template, key
	if issuer != nil {
		parent, signer = issuer.leaf, issuer.pair.PrivateKey
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, signer)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	made := issued{
		cert: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})),
		key:  string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded})),
	}
	if made.leaf, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	if made.pair, err = tls.X509KeyPair([]byte(made.cert), []byte(made.key)); err != nil {
		t.Fatal(err)
	}
	return made
}
