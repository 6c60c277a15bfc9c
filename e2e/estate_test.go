package e2e_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"testing"
	"time"
)

type doc = map[string]any

// estate is a declarative configuration of some 500 entities: of all kinds that a database has, nested and in lists of their
// own, with references by name.
func estate(t *testing.T) doc {
	t.Helper()
	tags := func(n int) []string { return []string{"all", fmt.Sprintf("team-%d", n%7)} }
	d := doc{"_format_version": "3.0"}
	add := func(kind string, entity doc) {
		list, _ := d[kind].([]doc)
		d[kind] = append(list, entity)
	}
	for i := range 5 {
		cert, key := certificate(t, i, false)
		add("certificates", doc{"cert": cert, "key": key, "tags": tags(i), "id": numbered(i), "snis": []doc{
			{"name": fmt.Sprintf("a%d.example", i)}, {"name": fmt.Sprintf("*.b%d.example", i)},
		}})
		authority, _ := certificate(t, i, true)
		add("ca_certificates", doc{"cert": authority, "id": numbered(100 + i)})
		add("vaults", doc{"name": "env", "prefix": fmt.Sprintf("my-env-%d", i), "config": doc{"prefix": "SECRET_"}})
		add("key_sets", doc{"name": fmt.Sprintf("set-%d", i), "keys": []doc{
			{"name": fmt.Sprintf("key-%d", i), "kid": "k", "jwk": `{"kid":"k","kty":"oct","k":"c2VjcmV0"}`},
		}})
	}
	for i := range 60 {
		service := doc{
			"name": fmt.Sprintf("service-%d", i), "url": fmt.Sprintf("https://s%d.example:8443/base", i), "tags": tags(i), "retries": i % 4,
			"routes": []doc{
				{"name": fmt.Sprintf("route-%d", i), "paths": []string{fmt.Sprintf("/r/%d", i), fmt.Sprintf(`~/v%d/\d+$`, i)}, "tags": tags(i)},
				{
					"name": fmt.Sprintf("host-%d", i), "hosts": []string{fmt.Sprintf("h%d.example", i)}, "methods": []string{"GET", "POST"},
					"headers": doc{"x-team": []string{"a", "b"}}, "preserve_host": true, "plugins": []doc{{"name": "cors"}},
				},
			},
		}
		if i%10 == 0 {
			service["client_certificate"], service["ca_certificates"] = numbered(i/20), []string{numbered(100)}
		}
		add("services", service)
	}
	for i := range 50 {
		name := fmt.Sprintf("user-%d", i)
		add("consumers", doc{
			"username": name, "custom_id": "c-" + name, "tags": tags(i),
			"keyauth_credentials": []doc{{"key": "key-of-" + name, "id": numbered(200 + i)}},
			"acls":                []doc{{"group": fmt.Sprintf("group-%d", i%3)}},
		})
	}
	for i := range 10 {
		consumer := fmt.Sprintf("user-%d", i)
		add("basicauth_credentials", doc{"username": consumer, "password": "secret", "consumer": consumer})
		add("hmacauth_credentials", doc{"username": consumer, "secret": "secret", "consumer": consumer})
		add("jwt_secrets", doc{"key": "issuer-" + consumer, "secret": "secret", "consumer": consumer, "id": numbered(300 + i)})
		add("oauth2_credentials", doc{
			"name": consumer, "client_id": "client-" + consumer, "client_secret": "secret", "consumer": consumer, "id": numbered(400 + i),
			"redirect_uris": []string{"https://cb.example/x"},
		})
		add("plugins", doc{"name": "rate-limiting", "consumer": consumer, "config": doc{"minute": 5, "policy": "local"}})
		add("plugins", doc{
			"name": "request-transformer", "service": fmt.Sprintf("service-%d", i), "instance_name": fmt.Sprintf("add-%d", i),
			"config": doc{"add": doc{"headers": []string{"x-a:b: #c", "x-d:'e'"}}},
		})
		add("plugins", doc{"name": "key-auth", "route": fmt.Sprintf("route-%d", i), "enabled": i%2 == 0, "tags": tags(i)})
		add("upstreams", doc{
			"name": fmt.Sprintf("upstream-%d", i), "hash_on": "header", "hash_on_header": "x-user",
			"healthchecks": doc{"threshold": 12.5, "active": doc{"headers": doc{"x-probe": []string{"1"}}}},
			"targets":      []doc{{"target": "10.0.0.1:80", "weight": 10}, {"target": "[::1]:81"}},
		})
	}
	return d
}

// numbered is an id that says which one it is.
func numbered(n int) string { return fmt.Sprintf("aaaaaaaa-0000-4000-8000-%012d", n) }

// certificate is a certificate that signs itself, and its key.
func certificate(t *testing.T, n int, authority bool) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(int64(n + 1)), Subject: pkix.Name{CommonName: fmt.Sprintf("cn-%d", n)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), BasicConstraintsValid: true, IsCA: authority,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	inDER, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	text := func(kind string, der []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
	}
	return text("CERTIFICATE", der), text("PRIVATE KEY", inDER)
}
