package bundled_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha512"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"reflect"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

const (
	bob   = "d197740d-ac56-491b-9d66-969238b9f3d9"
	alice = "dec27f3c-09a1-40a2-a2f7-dc8e5858fbf6"
)

// newConsumers returns a gateway with two consumers.
func newConsumers(t *testing.T) *gateway {
	g := newGateway(t, schemas.Node{})
	g.must("consumers", `{"id":"`+bob+`","username":"bob"}`)
	g.must("consumers", `{"id":"`+alice+`","username":"alice"}`)
	return g
}

const ofBob = `"consumer":{"id":"` + bob + `"}`

// TestCredentials adds a row of each entity and compares what is shown of it, less what is made up.
func TestCredentials(t *testing.T) {
	g := newConsumers(t)
	credential := g.must("oauth2_credentials", `{`+ofBob+`,"name":"shop","client_id":"c1","client_secret":"s"}`)["id"].(string)
	for _, c := range []struct{ entity, body, want string }{
		{"acls", `{` + ofBob + `,"group":"g1"}`, `{` + ofBob + `,"group":"g1","tags":null}`},
		{"acme_storage", `{"key":"k","value":"v"}`, `{"key":"k","value":"v","ttl":null}`},
		{"basicauth_credentials", `{` + ofBob + `,"username":"bob","password":"pw"}`,
			`{` + ofBob + `,"username":"bob","password":"905ebe1c5ee48fc06ab32cdd4c51558363a9d167","tags":null}`},
		{"hmacauth_credentials", `{` + ofBob + `,"username":"bob","secret":"s","tags":["t"]}`,
			`{` + ofBob + `,"username":"bob","secret":"s","tags":["t"]}`},
		{"jwt_secrets", `{` + ofBob + `,"key":"jk","secret":"js"}`,
			`{` + ofBob + `,"key":"jk","secret":"js","algorithm":"HS256","rsa_public_key":null,"tags":null}`},
		{"keyauth_credentials", `{` + ofBob + `,"key":"bobkey"}`, `{` + ofBob + `,"key":"bobkey","tags":null,"ttl":null}`},
		{"oauth2_credentials", `{` + ofBob + `,"name":"app","client_id":"c2","client_secret":"s"}`,
			`{` + ofBob + `,"name":"app","client_id":"c2","client_secret":"s","hash_secret":false,"redirect_uris":null,` +
				`"client_type":"confidential","tags":null}`},
		{"oauth2_authorization_codes", `{"credential":{"id":"` + credential + `"},"code":"c"}`,
			`{"credential":{"id":"` + credential + `"},"code":"c","service":null,"plugin":null,"authenticated_userid":null,` +
				`"scope":null,"challenge":null,"challenge_method":null,"ttl":null}`},
		{"oauth2_tokens", `{"credential":{"id":"` + credential + `"},"expires_in":60,"access_token":"a"}`,
			`{"credential":{"id":"` + credential + `"},"expires_in":60,"access_token":"a","token_type":"bearer",` +
				`"refresh_token":null,"service":null,"authenticated_userid":null,"scope":null,"ttl":null}`},
		{"sessions", `{"session_id":"s","expires":1700000000,"data":"d"}`,
			`{"session_id":"s","expires":1700000000,"data":"d","ttl":null}`},
	} {
		t.Run(c.entity, func(t *testing.T) {
			row := g.on(t).must(c.entity, c.body)
			for _, name := range []string{"id", "created_at"} {
				if row[name] == nil {
					t.Errorf("there is no %s", name)
				}
				delete(row, name)
			}
			if want := parse(t, c.want); !reflect.DeepEqual(row, want) {
				t.Errorf("row %v\nwant %v", row, want)
			}
		})
	}
}

func TestMadeUpKeys(t *testing.T) {
	g := newConsumers(t)
	for entity, fields := range map[string][]string{
		"keyauth_credentials":  {"key"},
		"hmacauth_credentials": {"secret"},
		"jwt_secrets":          {"key", "secret"},
		"oauth2_credentials":   {"client_id", "client_secret"},
	} {
		row := g.must(entity, `{`+map[string]string{
			"hmacauth_credentials": `"username":"u",`, "oauth2_credentials": `"name":"n",`,
		}[entity]+ofBob+`}`)
		for _, field := range fields {
			if s, _ := row[field].(string); len(s) != 32 {
				t.Errorf("%s: %s is %v", entity, field, row[field])
			}
		}
	}
}

// TestCredentialRefusals goes through what is refused; bodies are those of a row of the entity.
func TestCredentialRefusals(t *testing.T) {
	g := newConsumers(t)
	g.must("keyauth_credentials", `{`+ofBob+`,"key":"taken"}`)
	g.must("basicauth_credentials", `{`+ofBob+`,"username":"taken","password":"p"}`)
	g.must("acls", `{`+ofBob+`,"group":"taken"}`)
	for _, c := range []struct{ entity, body, want string }{
		{"keyauth_credentials", `{"key":"k"}`, "(consumer: required field missing)"},
		{"keyauth_credentials", `{` + ofBob + `,"key":"k","ttl":-1}`, "invalid option (ttl: must be an integer between 0 and 100000000)"},
		{"keyauth_credentials", `{` + ofBob + `,"key":"taken"}`, `UNIQUE violation detected on '{key="taken"}'`},
		{"keyauth_credentials", `{"consumer":{"id":"00000000-0000-4000-8000-000000000000"}}`, "the foreign key " +
			`'{id="00000000-0000-4000-8000-000000000000"}' does not reference an existing 'consumers' entity.`},
		{"basicauth_credentials", `{` + ofBob + `,"username":"u"}`,
			"(password: required field missing)"},
		{"basicauth_credentials", `{` + ofBob + `,"username":"taken","password":"p"}`, `UNIQUE violation detected on '{username="taken"}'`},
		{"acls", `{` + ofBob + `}`, "(group: required field missing)"},
		{"acls", `{` + ofBob + `,"group":"taken"}`, `UNIQUE violation detected on '{consumer={id="` + bob + `"},group="taken"}'`},
		{"jwt_secrets", `{` + ofBob + `,"algorithm":"HS999"}`, "(algorithm: expected one of: HS256, HS384, HS512, RS256, RS384, RS512, " +
			"ES256, ES384, ES512, PS256, PS384, PS512, EdDSA)"},
		{"jwt_secrets", `{` + ofBob + `,"algorithm":"RS256"}`, "2 schema violations (failed conditional validation given value of " +
			"field 'algorithm'; rsa_public_key: required field missing)"},
		{"jwt_secrets", `{` + ofBob + `,"algorithm":"EdDSA","rsa_public_key":"k"}`, "2 schema violations (failed conditional " +
			"validation given value of field 'algorithm'; rsa_public_key: invalid key)"},
		{"oauth2_credentials", `{` + ofBob + `,"name":"app","redirect_uris":["https://cb.example/x#f"]}`,
			"(redirect_uris.1: fragment not allowed in 'https://cb.example/x#f')"},
		{"oauth2_credentials", `{` + ofBob + `,"name":"app","redirect_uris":["https://cb.example/","cb.example"]}`,
			"(redirect_uris.2: cannot parse 'cb.example')"},
		{"oauth2_credentials", `{` + ofBob + `,"name":"app","client_type":"secret"}`,
			"(client_type: expected one of: confidential, public)"},
		{"oauth2_tokens", `{"token_type":"mac"}`, "3 schema violations (credential: required field missing; expires_in: required " +
			"field missing; token_type: expected one of: bearer)"},
		{"oauth2_authorization_codes", `{"challenge_method":"plain"}`,
			"2 schema violations (challenge_method: expected one of: S256; credential: required field missing)"},
		{"sessions", `{}`, "(session_id: required field missing)"},
	} {
		t.Run(c.entity+" "+c.body, func(t *testing.T) {
			g := g.on(t)
			if _, err := g.insert(c.entity, c.body); err == nil {
				t.Errorf("accepted, want %s", c.want)
			} else if said := g.said(err); said != c.want {
				t.Errorf("said %s\nwant %s", said, c.want)
			}
		})
	}
}

// TestJWTKeys adds keys of all kinds, and lets keys be that the algorithm does not need.
func TestJWTKeys(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})))
	if err != nil {
		t.Fatal(err)
	}
	g := newConsumers(t)
	for _, algorithm := range []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "EdDSA"} {
		g.must("jwt_secrets", `{`+ofBob+`,"algorithm":"`+algorithm+`","rsa_public_key":`+string(text)+`}`)
	}
	for _, algorithm := range []string{"HS256", "ES256"} {
		g.must("jwt_secrets", `{`+ofBob+`,"algorithm":"`+algorithm+`","rsa_public_key":"no key"}`)
	}
}

// TestPasswords follows the hash of a password through changes of the row.
func TestPasswords(t *testing.T) {
	g := newConsumers(t)
	row := g.must("basicauth_credentials", `{`+ofBob+`,"username":"bob","password":"pw"}`)
	hash := row["password"]

	renamed, err := g.update("basicauth_credentials", row["id"], `{"username":"robert"}`)
	if err != nil || renamed["password"] != hash {
		t.Errorf("renamed: %v, error %v", renamed, err)
	}
	same, err := g.update("basicauth_credentials", row["id"], `{`+ofBob+`,"password":"pw"}`)
	if err != nil || same["password"] != hash {
		t.Errorf("same password: %v, error %v", same, err)
	}
	moved, err := g.update("basicauth_credentials", row["id"], `{"consumer":{"id":"`+alice+`"},"password":"pw"}`)
	if err != nil || moved["password"] == hash || len(moved["password"].(string)) != 40 {
		t.Errorf("moved: %v, error %v", moved, err)
	}
	const want = "(all or none of these fields must be set: 'password', 'consumer.id')"
	if _, err := g.update("basicauth_credentials", row["id"], `{`+ofBob+`}`); err == nil || g.said(err) != want {
		t.Errorf("moved without password: error %v", err)
	}
}

// TestClientSecrets looks at the hash of a secret.
func TestClientSecrets(t *testing.T) {
	g := newConsumers(t)
	row := g.must("oauth2_credentials", `{`+ofBob+`,"name":"app","client_secret":"s3cret","hash_secret":true}`)
	parts := strings.Split(row["client_secret"].(string), "$")
	if len(parts) != 5 || parts[1] != "pbkdf2-sha512" || parts[2] != "i=10000,l=32" {
		t.Fatalf("secret %v", row["client_secret"])
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[3])
	if err != nil {
		t.Fatal(err)
	}
	hash, err := pbkdf2.Key(sha512.New, "s3cret", salt, 10000, 32)
	if err != nil {
		t.Fatal(err)
	}
	if base64.RawStdEncoding.EncodeToString(hash) != parts[4] || len(salt) != 16 {
		t.Errorf("secret %v", row["client_secret"])
	}
	renamed, err := g.update("oauth2_credentials", row["id"], `{"name":"other"}`)
	if err != nil || renamed["client_secret"] != row["client_secret"] {
		t.Errorf("renamed: %v, error %v", renamed, err)
	}
}

// TestCascade deletes a consumer and looks for what hangs on it.
func TestCascade(t *testing.T) {
	g := newConsumers(t)
	rows := map[string]any{}
	for entity, body := range map[string]string{
		"acls": `"group":"g",`, "basicauth_credentials": `"username":"u","password":"p",`, "jwt_secrets": ``,
		"hmacauth_credentials": `"username":"u",`, "keyauth_credentials": ``, "oauth2_credentials": `"name":"n",`,
	} {
		rows[entity] = g.must(entity, `{`+body+ofBob+`}`)["id"]
	}
	credential := rows["oauth2_credentials"].(string)
	rows["oauth2_tokens"] = g.must("oauth2_tokens", `{"credential":{"id":"`+credential+`"},"expires_in":1}`)["id"]
	rows["oauth2_authorization_codes"] = g.must("oauth2_authorization_codes", `{"credential":{"id":"`+credential+`"}}`)["id"]
	if _, err := g.db.Delete(t.Context(), g.entity("consumers"), g.key("consumers", bob)); err != nil {
		t.Fatal(err)
	}
	for entity, id := range rows {
		if row, err := g.db.Select(t.Context(), g.entity(entity), g.key(entity, id)); datastore.ErrorCode(err) != datastore.CodeNotFound {
			t.Errorf("%s: %v, error %v", entity, row, err)
		}
	}
}
