package typedef

import (
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
)

// ParseCertificate reads the first certificate of a PEM text.
func ParseCertificate(text string) (*x509.Certificate, error) {
	for rest := []byte(text); ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return nil, errors.New("no PEM certificate found")
		}
		if block.Type == "CERTIFICATE" || block.Type == "X509 CERTIFICATE" {
			return x509.ParseCertificate(block.Bytes)
		}
	}
}

// ParsePrivateKey reads the first private key of a PEM text: PKCS #8, PKCS #1 or SEC 1.
func ParsePrivateKey(text string) (crypto.Signer, error) {
	for rest := []byte(text); ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return nil, errors.New("no PEM private key found")
		}
		key, err := parsePrivateKey(block)
		if key != nil || err != nil {
			return key, err
		}
	}
}

func parsePrivateKey(block *pem.Block) (crypto.Signer, error) {
	var key any
	var err error
	switch block.Type {
	case "PRIVATE KEY":
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	case "RSA PRIVATE KEY":
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	case "EC PRIVATE KEY":
		key, err = x509.ParseECPrivateKey(block.Bytes)
	default:
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("unsupported kind of private key %T", key)
	}
	return signer, nil
}

// ParsePublicKey reads the first public key of a PEM text.
func ParsePublicKey(text string) (crypto.PublicKey, error) {
	for rest := []byte(text); ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return nil, errors.New("no PEM public key found")
		}
		switch block.Type {
		case "PUBLIC KEY":
			return x509.ParsePKIXPublicKey(block.Bytes)
		case "RSA PUBLIC KEY":
			return x509.ParsePKCS1PublicKey(block.Bytes)
		}
	}
}

// ValidateCertificate admits a PEM certificate.
func ValidateCertificate(v any) error {
	if _, err := ParseCertificate(v.(string)); err != nil {
		return fmt.Errorf("invalid certificate: %w", err)
	}
	return nil
}

// ValidateKey admits a PEM private or public key.
func ValidateKey(v any) error {
	_, err := ParsePrivateKey(v.(string))
	if err == nil {
		return nil
	}
	if _, publicErr := ParsePublicKey(v.(string)); publicErr == nil {
		return nil
	}
	return fmt.Errorf("invalid key: %w", err)
}
