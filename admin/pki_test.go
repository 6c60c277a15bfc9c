package admin_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"os"
	"strings"
	"testing"
)

// pki are texts of testdata/pki: a certificate with its key, another of another kind, one of an authority, and one of an
// authority whose time is over; and the digest of the authority. Keys are the names of the files.
type pki map[string]string

func newPKI(t testing.TB) pki {
	t.Helper()
	texts := pki{}
	for _, name := range []string{"cert", "key", "cert_alt", "key_alt", "authority", "expired"} {
		text, err := os.ReadFile("testdata/pki/" + name + ".pem")
		if err != nil {
			t.Fatal(err)
		}
		texts[name] = string(text)
	}
	block, _ := pem.Decode([]byte(texts["authority"]))
	digest := sha256.Sum256(block.Bytes)
	texts["digest"] = hex.EncodeToString(digest[:])
	return texts
}

// inJSON replaces $cert and the like in JSON.
func (p pki) inJSON(text string) string {
	// Of two names that begin alike the longer has to come first.
	for _, name := range []string{"cert_alt", "key_alt", "cert", "key", "authority", "expired", "digest"} {
		encoded, _ := json.Marshal(p[name]) // text always marshals
		text = strings.ReplaceAll(text, "$"+name, strings.Trim(string(encoded), `"`))
	}
	return text
}

// certificate is the body of a certificate with more members.
func (p pki) certificate(more doc) doc {
	body := doc{"cert": p["cert"], "key": p["key"]}
	for name, v := range more {
		body[name] = v
	}
	return body
}
