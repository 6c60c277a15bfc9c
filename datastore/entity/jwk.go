package entity

import (
	"crypto"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/big"

	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
)

func keysMatch(private, public string) error {
	priv, err := typedef.ParsePrivateKey(private)
	if err != nil {
		return err
	}
	pub, err := typedef.ParsePublicKey(public)
	if err != nil {
		return err
	}
	if same, ok := priv.Public().(interface{ Equal(crypto.PublicKey) bool }); !ok || !same.Equal(pub) {
		return errors.New("public key does not match private key")
	}
	return nil
}

// checkKeyMaterial looks at the form the key is given in.
func checkKeyMaterial(doc map[string]any) error {
	if text, ok := doc["jwk"].(string); ok && !schema.IsReference(text) {
		return checkJWK(text, doc["kid"])
	}
	if pem, ok := doc["pem"].(map[string]any); ok && pem["private_key"] == nil && pem["public_key"] == nil {
		return errors.New("need to supply a PEM formatted public and/or private key.")
	}
	return nil
}

// checkJWK demands a JSON Web Key with the id of the entity and the members of its type.
func checkJWK(text string, kid any) error {
	var jwk map[string]any
	if err := json.Unmarshal([]byte(text), &jwk); err != nil {
		return errors.New("could not json decode jwk string")
	}
	if jwk["kid"] != kid {
		return errors.New("kid in jwk.kid must be equal to keys.kid")
	}
	needs := map[string][]string{
		"RSA": {"n", "e"},
		"EC":  {"crv", "x", "y"},
		"OKP": {"crv", "x"},
		"oct": {"k"},
	}
	kind, _ := jwk["kty"].(string)
	members, known := needs[kind]
	for _, name := range members {
		value, ok := jwk[name].(string)
		if !ok || name != "crv" && !base64url(value) {
			known = false
		}
	}
	if !known || kind == "EC" && !curveKnown(jwk["crv"]) {
		return errors.New("could not load JWK, likely not a valid key")
	}
	return nil
}

func base64url(s string) bool {
	b, err := base64.RawURLEncoding.DecodeString(s)
	return err == nil && new(big.Int).SetBytes(b).Sign() >= 0 && len(b) > 0
}

func curveKnown(crv any) bool {
	switch crv {
	case "P-256", "P-384", "P-521", "secp256k1":
		return true
	}
	return false
}
