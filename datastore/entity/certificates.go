package entity

import (
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"time"

	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
)

var certificates = schema.Entity{
	Name: "certificates", Workspaceable: true, CoreCache: true,
	Fields: []schema.Field{
		typedef.ID,
		typedef.CreatedAt,
		typedef.UpdatedAt,
		{
			Name: "cert", Type: schema.String, Required: schema.Required, Validator: typedef.ValidateCertificate,
			Referenceable: true,
		},
		{
			Name: "key", Type: schema.String, Required: schema.Required, Validator: typedef.ValidateKey,
			Referenceable: true, Encrypted: true,
		},
		{
			Name: "cert_alt", Type: schema.String, Required: schema.Optional, Validator: typedef.ValidateCertificate,
			Referenceable: true,
		},
		{
			Name: "key_alt", Type: schema.String, Required: schema.Optional, Validator: typedef.ValidateKey,
			Referenceable: true, Encrypted: true,
		},
		typedef.Tags,
		{Name: "snis", Type: schema.Array, Required: schema.Optional, Elements: &typedef.WildcardHost, Transient: true},
	},
	Checks: []schema.Check{
		schema.MutuallyRequired{"cert_alt", "key_alt"},
		schema.CustomCheck{Fields: []string{"cert", "key"}, Check: func(doc map[string]any) error {
			return keyFits(doc["cert"], doc["key"], "certificate does not match key")
		}},
		schema.CustomCheck{Fields: []string{"cert_alt", "key_alt"}, Check: func(doc map[string]any) error {
			return keyFits(doc["cert_alt"], doc["key_alt"], "alternative certificate does not match key")
		}},
		schema.CustomCheck{Fields: []string{"cert", "cert_alt"}, Check: differentKinds},
	},
}

// keyFits compares the public keys of a certificate and a key. Null and what the fields' own checks refuse are not its
// business.
func keyFits(cert, key any, message string) error {
	certText, ok := cert.(string)
	keyText, ok2 := key.(string)
	if !ok || !ok2 {
		return nil
	}
	c, err := typedef.ParseCertificate(certText)
	if err != nil {
		return nil
	}
	public, err := publicKey(keyText)
	if err != nil {
		return nil
	}
	if comparable, ok := c.PublicKey.(interface{ Equal(crypto.PublicKey) bool }); ok && comparable.Equal(public) {
		return nil
	}
	return errors.New(message)
}

func publicKey(text string) (crypto.PublicKey, error) {
	if private, err := typedef.ParsePrivateKey(text); err == nil {
		return private.Public(), nil
	}
	return typedef.ParsePublicKey(text)
}

// differentKinds demands that the two certificates are for keys of different kinds, such as RSA and ECDSA: a client is
// offered the one it understands.
func differentKinds(doc map[string]any) error {
	text, ok := doc["cert"].(string)
	alternative, ok2 := doc["cert_alt"].(string)
	if !ok || !ok2 {
		return nil
	}
	c1, err1 := typedef.ParseCertificate(text)
	c2, err2 := typedef.ParseCertificate(alternative)
	if err1 != nil || err2 != nil || c1.PublicKeyAlgorithm != c2.PublicKeyAlgorithm {
		return nil
	}
	return errors.New("certificate and alternative certificate need to have different type (e.g. RSA and ECDSA), " +
		"the provided certificates were both of the same type")
}

var snis = schema.Entity{
	Name: "snis", EndpointKey: "name", Workspaceable: true, CoreCache: true,
	Fields: []schema.Field{
		typedef.ID,
		{
			Name: "name", Type: schema.String, Required: schema.Required, Unique: true, UniqueAcrossWorkspaces: true,
			Validator: typedef.ValidateWildcardHost,
		},
		typedef.CreatedAt,
		typedef.UpdatedAt,
		typedef.Tags,
		{Name: "certificate", Type: schema.Foreign, Required: schema.Required, Reference: "certificates"},
	},
}

var caCertificates = schema.Entity{
	Name: "ca_certificates", CoreCache: true,
	Fields: []schema.Field{
		typedef.ID,
		typedef.CreatedAt,
		typedef.UpdatedAt,
		{Name: "cert", Type: schema.String, Required: schema.Required, Validator: typedef.ValidateCertificate},
		{Name: "cert_digest", Type: schema.String, Unique: true, NotNull: true},
		typedef.Tags,
	},
	Checks: []schema.Check{schema.CustomCheck{Fields: []string{"cert"}, Check: checkAuthority}},
	Transformations: []schema.Transformation{{
		Input: []string{"cert"},
		OnWrite: func(row map[string]any) (map[string]any, error) {
			c, err := typedef.ParseCertificate(row["cert"].(string))
			if err != nil {
				return nil, err
			}
			digest := sha256.Sum256(c.Raw)
			return map[string]any{"cert_digest": hex.EncodeToString(digest[:])}, nil
		},
	}},
}

func checkAuthority(doc map[string]any) error {
	text, _ := doc["cert"].(string)
	c, err := typedef.ParseCertificate(text)
	if err != nil {
		return nil // the field's own check says so
	}
	switch {
	case countCertificates(text) > 1:
		return errors.New("please submit only one certificate at a time")
	case c.NotAfter.Before(time.Now()):
		return errors.New(`certificate expired, "Not After" time is in the past`)
	case !c.BasicConstraintsValid || !c.IsCA:
		return errors.New(`certificate does not appear to be a CA because it is missing the "CA" basic constraint`)
	}
	return nil
}

func countCertificates(text string) int {
	n := 0
	for rest := []byte(text); ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return n
		}
		if _, err := x509.ParseCertificate(block.Bytes); err == nil {
			n++
		}
	}
}
