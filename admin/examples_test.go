package admin_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"testing"
	"time"
)

// An example is an entity of one kind, of which there can be any number.
type example struct {
	list string
	// key is the field by which rows are found beside their id, "" if there is none.
	key string
	// body is what the one with a number is made of. It names all that can't be left out.
	body func(i int) doc
	// needs are the fields that can't be left out.
	needs []string
	// untagged entities have no tags, unnamed ones are not put by their key.
	untagged, unnamed bool
}

// examples are of every kind that has a list of its own. What they refer to exists.
func examples(t testing.TB, p pki) []example {
	consumer := doc{"id": ann}
	named := func(i int) string { return fmt.Sprintf("name-%d", i) }
	return []example{
		{list: "/services", key: "name", needs: []string{"host"}, body: func(i int) doc {
			return doc{"name": named(i), "host": "h"}
		}},
		{list: "/routes", key: "name", body: func(i int) doc { return doc{"name": named(i), "paths": []string{"/" + named(i)}} }},
		{list: "/consumers", key: "username", body: func(i int) doc { return doc{"username": named(i)} }},
		{list: "/upstreams", key: "name", needs: []string{"name"}, body: func(i int) doc { return doc{"name": named(i)} }},
		{list: "/certificates", needs: []string{"cert", "key"}, body: func(int) doc { return p.certificate(nil) }},
		{list: "/snis", key: "name", needs: []string{"certificate", "name"}, body: func(i int) doc {
			return doc{"name": named(i), "certificate": doc{"id": one}}
		}},
		{list: "/ca_certificates", needs: []string{"cert"}, body: func(i int) doc { return doc{"cert": authority(t, i)} }},
		{list: "/key-sets", key: "name", unnamed: true, body: func(i int) doc { return doc{"name": named(i)} }},
		{list: "/keys", key: "name", unnamed: true, needs: []string{"kid"}, body: func(i int) doc {
			return doc{"name": named(i), "kid": named(i), "jwk": fmt.Sprintf(`{"kid":%q,"kty":"oct","k":"AAAA"}`, named(i))}
		}},
		{list: "/vaults", key: "prefix", needs: []string{"name"}, body: func(i int) doc {
			return doc{"name": "env", "prefix": fmt.Sprintf("ab-v%d", i)}
		}},
		{list: "/plugins", key: "instance_name", needs: []string{"name"}, body: func(i int) doc {
			return doc{"name": []string{"cors", "jwt", "acl", "syslog", "session", "datadog", "zipkin", "loggly", "ai-proxy",
				"hmac-auth", "basic-auth", "key-auth", "ldap-auth"}[i], "instance_name": named(i), "enabled": true,
				"config": pluginConfig(i)}
		}},
		{list: "/acls", needs: []string{"consumer", "group"}, body: func(i int) doc {
			return doc{"group": named(i), "consumer": consumer}
		}},
		{list: "/key-auths", key: "key", needs: []string{"consumer"}, body: func(i int) doc {
			return doc{"key": named(i), "consumer": consumer}
		}},
		{list: "/basic-auths", key: "username", needs: []string{"consumer", "password", "username"}, body: func(i int) doc {
			return doc{"username": named(i), "password": "p", "consumer": consumer}
		}},
		{list: "/hmac-auths", key: "username", needs: []string{"consumer", "username"}, body: func(i int) doc {
			return doc{"username": named(i), "secret": "s", "consumer": consumer}
		}},
		{list: "/jwts", key: "key", needs: []string{"consumer"}, body: func(i int) doc {
			return doc{"key": named(i), "secret": "s", "consumer": consumer}
		}},
		{list: "/oauth2", key: "client_id", needs: []string{"consumer", "name"}, body: func(i int) doc {
			return doc{"name": "app", "client_id": named(i), "client_secret": "s", "consumer": consumer}
		}},
		{list: "/oauth2_tokens", key: "access_token", untagged: true, needs: []string{"credential", "expires_in"},
			body: func(i int) doc {
				return doc{"access_token": named(i), "expires_in": 5, "credential": doc{"id": two}}
			}},
		{list: "/sessions", key: "session_id", untagged: true, needs: []string{"session_id"}, body: func(i int) doc {
			return doc{"session_id": named(i)}
		}},
		{list: "/acme_storage", untagged: true, body: func(i int) doc { return doc{"key": named(i), "value": "v"} }},
	}
}

// pluginConfig is what the plugins of the examples can't do without.
func pluginConfig(i int) doc {
	switch i {
	case 2:
		return doc{"allow": []string{"g"}}
	case 6:
		return doc{"http_endpoint": "http://h/"}
	case 7:
		return doc{"key": "k"}
	case 8:
		return doc{"route_type": "llm/v1/chat", "auth": doc{"header_name": "a", "header_value": "b"},
			"model": doc{"provider": "openai", "name": "m"}}
	case 12:
		return doc{"ldap_host": "h", "ldap_port": 389, "base_dn": "dc=x", "attribute": "cn"}
	}
	return doc{}
}

// authority makes the certificate of an authority, with a serial number of its own.
func authority(t testing.TB, i int) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(int64(i) + 1), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}
