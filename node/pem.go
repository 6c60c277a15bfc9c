package node

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"strings"

	"github.com/kongo-gateway/kongo/conf"
)

// What settings about certificates may hold.
const (
	acceptedPair        = "accepted: a certificate in PEM form that belongs to its key, as the path of a file or as text"
	acceptedAuthorities = "accepted: certificates in PEM form, as the paths of files or as text; and system"
)

// CheckCertificates reads the certificates that a configuration names, so that whoever starts a node with it can say what is
// wrong and where that was set.
func CheckCertificates(config *conf.Config) error {
	for _, service := range services {
		if !speaksTLS(config, service) {
			continue
		}
		if _, err := ownCertificates(config, service); err != nil {
			return err
		}
	}
	if _, err := clientCertificate(config); err != nil {
		return err
	}
	_, err := trustedRoots(config)
	return err
}

// ownCertificates reads the certificates that a service is configured with.
func ownCertificates(config *conf.Config, service string) ([]tls.Certificate, error) {
	setting := certificateKey(service)
	certificates, keys := config.List(setting), config.List(setting+"_key")
	var pairs []tls.Certificate
	for i := range certificates {
		pair, err := loadPair(certificates[i], keys[i])
		if err != nil {
			return nil, config.Refuse(setting, err, acceptedPair)
		}
		pairs = append(pairs, pair)
	}
	return pairs, nil
}

// clientCertificate is what the gateway presents to upstream servers, nil for nothing.
func clientCertificate(config *conf.Config) (*tls.Certificate, error) {
	const setting = "client_ssl_cert"
	if !config.Bool("client_ssl") || !config.IsSet(setting) {
		return nil, nil
	}
	pair, err := loadPair(config.String(setting), config.String(setting+"_key"))
	if err != nil {
		return nil, config.Refuse(setting, err, acceptedPair)
	}
	return &pair, nil
}

// trustedRoots returns the authorities that lua_ssl_trusted_certificate names, nil for those of the system.
func trustedRoots(config *conf.Config) (*x509.CertPool, error) {
	const setting = "lua_ssl_trusted_certificate"
	if config.Origin(setting).IsDefault() {
		return nil, nil
	}
	pool := x509.NewCertPool()
	for _, item := range config.List(setting) {
		text, err := pemOf(item)
		if err == nil && !pool.AppendCertsFromPEM(text) {
			err = fmt.Errorf("no certificate in %q", shownPath(item))
		}
		if err != nil {
			return nil, config.Refuse(setting, err, acceptedAuthorities)
		}
	}
	return pool, nil
}

// loadPair reads a certificate and its key, each the path of a file or PEM text.
func loadPair(certificate, key string) (tls.Certificate, error) {
	certificatePEM, err := pemOf(certificate)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("cannot load certificate %w", err)
	}
	keyPEM, err := pemOf(key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("cannot load certificate key %w", err)
	}
	pair, err := tls.X509KeyPair(certificatePEM, keyPEM)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("cannot load certificate %q: %w", shownPath(certificate), err)
	}
	return pair, nil
}

// pemOf returns PEM text as it is, and anything else as the content of the file of that name.
func pemOf(value string) ([]byte, error) {
	if isPEM(value) {
		return []byte(value), nil
	}
	text, err := os.ReadFile(value)
	if err != nil {
		return nil, fmt.Errorf("%q: %w", value, err)
	}
	return text, nil
}

func isPEM(value string) bool { return strings.Contains(value, "-----BEGIN ") }

// shownPath names a certificate in an error, without its text.
func shownPath(value string) string {
	if isPEM(value) {
		return "data:"
	}
	return value
}
