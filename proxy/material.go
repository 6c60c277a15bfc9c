package proxy

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"strings"
)

// material is the parsed key material that the configuration refers to, by id. What cannot be parsed is not in it.
type material struct {
	certificates map[string]*tls.Certificate
	authorities  map[string]*x509.Certificate
	pools        map[string]*x509.CertPool // by the ids of their authorities
}

func newMaterial() material {
	return material{
		certificates: map[string]*tls.Certificate{},
		authorities:  map[string]*x509.Certificate{},
		pools:        map[string]*x509.CertPool{},
	}
}

// roots returns the pool of some authorities, nil if there are none. Equal lists have the same pool, because connections are
// shared only between those that trust the same one.
func (m *material) roots(ids []string) *x509.CertPool {
	if len(ids) == 0 {
		return nil
	}
	key := strings.Join(ids, " ")
	pool := m.pools[key]
	if pool == nil {
		pool = x509.NewCertPool()
		for _, id := range ids {
			if authority := m.authorities[id]; authority != nil {
				pool.AddCert(authority)
			}
		}
		m.pools[key] = pool
	}
	return pool
}

// add parses a row of certificates or authorities. One that is not there, or cannot be parsed, is reported and left out: Kong
// 3.9 goes on without it, too.
func (m *material) add(id string, r row, log *slog.Logger) {
	var err error
	switch {
	case r == nil:
		err = errNotThere
	case r.text("key") != "":
		m.certificates[id], err = parsePair(r.text("cert"), r.text("key"))
	default:
		m.authorities[id], err = parseAuthority(r.text("cert"))
	}
	if err != nil {
		log.Error("a certificate cannot be used", "id", id, "error", err)
	}
}

var errNotThere = errors.New("it is not there")

// parsePair parses a certificate and its key.
func parsePair(certificate, key string) (*tls.Certificate, error) {
	pair, err := tls.X509KeyPair([]byte(certificate), []byte(key))
	if err != nil {
		return nil, fmt.Errorf("parse certificate and key: %w", err)
	}
	return &pair, nil
}

var errNoPEM = errors.New("no certificate in PEM")

func parseAuthority(text string) (*x509.Certificate, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, errNoPEM
	}
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("parse certificate: %w", err)
	}
	return certificate, nil
}
