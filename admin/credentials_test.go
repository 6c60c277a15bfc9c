package admin_test

import (
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

// startWithConsumers starts a node with the consumers ann and bob.
func startWithConsumers(t *testing.T, start starter) *node {
	t.Helper()
	n := start(t)
	n.must("PUT", "/consumers/"+ann, doc{"username": "ann"})
	n.must("PUT", "/consumers/"+bob, doc{"username": "bob"})
	return n
}

// TestCredentials does the same with the credentials of every kind: nested and flat, by id and by key.
func TestCredentials(t *testing.T) { onEveryStore(t, testCredentials) }

func testCredentials(t *testing.T, start starter) {
	n := startWithConsumers(t, start)
	for _, c := range []struct {
		nested, flat, key string
		body              doc
		random            []string // what a body may leave to the node
	}{
		{"key-auth", "key-auths", "key", doc{}, []string{"key"}},
		{"basic-auth", "basic-auths", "username", doc{"username": "k", "password": "p"}, nil},
		{"hmac-auth", "hmac-auths", "username", doc{"username": "k"}, []string{"secret"}},
		{"jwt", "jwts", "key", doc{}, []string{"key", "secret"}},
		{"oauth2", "oauth2", "client_id", doc{"name": "app"}, []string{"client_id", "client_secret"}},
	} {
		t.Run(c.nested, func(t *testing.T) {
			list := "/consumers/ann/" + c.nested
			made := unexpired(n.must("POST", list, c.body))
			for _, member := range c.random {
				if text, _ := made[member].(string); !regexp.MustCompile(`^[0-9A-Za-z]{32}$`).MatchString(text) {
					t.Errorf("%s is %q", member, text)
				}
			}
			id, _ := made["id"].(string)
			key, _ := made[c.key].(string)
			for _, path := range []string{list + "/" + id, list + "/" + key, "/" + c.flat + "/" + id, "/" + c.flat + "/" + key} {
				same(t, path, made, unexpired(n.must("GET", path, nil)))
			}
			n.send("GET", "/"+c.flat+"/"+key+"/consumer", nil).want(t, 200, n.must("GET", "/consumers/ann", nil))
			n.send("GET", "/consumers/bob/"+c.nested+"/"+key, nil).want(t, 404, said("Not found"))
			n.send("GET", "/consumers/eve/"+c.nested, nil).want(t, 404, said("Not found"))
			n.send("PATCH", list+"/"+key, doc{"tags": []string{"t"}}).want(t, 200, nil)
			n.send("POST", "/"+c.flat, merged(c.body, doc{c.key: key, "consumer": doc{"username": "bob"}})).want(t, 409, doc{
				"code": 5, "name": "unique constraint violation",
				"message": fmt.Sprintf(`UNIQUE violation detected on '{%s="%s"}'`, c.key, key), "fields": doc{c.key: key},
			})
			n.send("PUT", "/consumers/bob/"+c.nested+"/"+key, c.body).want(t, 200, nil)
			n.send("GET", list+"/"+key, nil).want(t, 404, said("Not found"))
			n.send("DELETE", list+"/"+key, nil).want(t, 404, said("Not found"))
			n.send("DELETE", "/consumers/bob/"+c.nested+"/"+key, nil).want(t, 204, nil)
			n.send("PUT", list+"/"+one, c.body).want(t, 200, nil)
		})
	}
	n.must("DELETE", "/consumers/ann", nil)
	for _, flat := range []string{"key-auths", "basic-auths", "hmac-auths", "jwts", "oauth2"} {
		if got := n.send("GET", "/"+flat, nil); len(got.names("id")) != 0 {
			t.Errorf("credentials are left: %s", got.text)
		}
	}
}

// merged is a copy of a body with more members.
func merged(body, more doc) doc {
	all := schema.Clone(body)
	for name, v := range more {
		all[name] = v
	}
	return all
}

func TestPasswordsAreHashed(t *testing.T) { onEveryStore(t, testPasswordsAreHashed) }

func testPasswordsAreHashed(t *testing.T, start starter) {
	n := startWithConsumers(t, start)
	hash := func(password, consumer string) string {
		sum := sha1.Sum([]byte(password + consumer))
		return hex.EncodeToString(sum[:])
	}
	for _, c := range []struct {
		name, method, path string
		body               any
		want               string
	}{
		{"created", "POST", "/consumers/ann/basic-auth", "username=k&password=p", hash("p", ann)},
		{"read", "GET", "/basic-auths/k", nil, hash("p", ann)},
		{"not touched", "PATCH", "/consumers/ann/basic-auth/k", doc{"tags": []string{"t"}}, hash("p", ann)},
		{"changed", "PATCH", "/consumers/ann/basic-auth/k", doc{"password": "q"}, hash("q", ann)},
		{"replaced", "PUT", "/consumers/ann/basic-auth/k", doc{"password": "r"}, hash("r", ann)},
		{"moved", "PATCH", "/basic-auths/k", doc{"password": "r", "consumer": doc{"id": bob}}, hash("r", bob)},
	} {
		if got := n.must(c.method, c.path, c.body)["password"]; got != c.want {
			t.Errorf("%s: password %v, want %s", c.name, got, c.want)
		}
	}
	n.send("PATCH", "/basic-auths/k", doc{"consumer": doc{"id": ann}}).want(t, 400, nil)
}

func TestTimeToLive(t *testing.T) { onEveryStore(t, testTimeToLive) }

func testTimeToLive(t *testing.T, start starter) {
	n := startWithConsumers(t, start)
	const list = "/consumers/ann/key-auth"
	left := func(c doc) float64 {
		seconds, _ := c["ttl"].(float64)
		return seconds
	}
	for _, body := range []any{doc{"key": "k", "ttl": 3600}, "key=k&ttl=3600", "key=k&ttl=3.6e3"} {
		made := n.must("POST", list, body)
		if s := left(made); s < 3000 || s > 3600 {
			t.Errorf("%v: ttl %v", body, made["ttl"])
		}
		if s := left(n.must("PATCH", list+"/k", doc{"tags": []string{"t"}})); s < 3000 {
			t.Errorf("ttl %v after a change of something else", s)
		}
		if s := left(n.must("PATCH", list+"/k", "ttl=7200")); s < 7000 {
			t.Errorf("ttl %v after a change", s)
		}
		n.send("PUT", list+"/k", doc{}).want(t, 200, nil)
		if got := n.must("GET", "/key-auths/k", nil); got["ttl"] != nil {
			t.Errorf("ttl %v after a replacement", got["ttl"])
		}
		n.must("DELETE", list+"/k", nil)
	}
	// Clients that restore what they have read send a null.
	for _, body := range []any{doc{"key": "k", "ttl": nil}, "key=k&ttl=", doc{"key": "k", "ttl": 0}} {
		if made := n.must("POST", list, body); made["ttl"] != nil {
			t.Errorf("%v: ttl %v", body, made["ttl"])
		}
		n.must("DELETE", list+"/k", nil)
	}
	refused := doc{
		"code": 11, "name": "invalid options", "message": "invalid option (ttl: must be an integer between 0 and 100000000)",
		"options": doc{"ttl": "must be an integer between 0 and 100000000"},
	}
	for _, body := range []any{
		doc{"ttl": -1}, doc{"ttl": 100000001}, doc{"ttl": 1.5}, doc{"ttl": "60"}, doc{"ttl": true}, doc{"ttl": []int{1}},
		"ttl=-1", "ttl=soon", "ttl=1&ttl=2", "ttl.a=1",
	} {
		n.send("POST", list, body).want(t, 400, refused)
	}
	n.send("POST", "/consumers", doc{"username": "u", "ttl": 1}).want(t, 400, doc{
		"code": 2, "name": "schema violation", "message": "schema violation (ttl: unknown field)",
		"fields": doc{"ttl": "unknown field"},
	})
}

func TestGroups(t *testing.T) { onEveryStore(t, testGroups) }

func testGroups(t *testing.T, start starter) {
	n := startWithConsumers(t, start)
	made := n.must("PUT", "/consumers/ann/acls/crew", nil)
	if made["group"] != "crew" || fmt.Sprint(made["consumer"]) != fmt.Sprint(doc{"id": ann}) {
		t.Errorf("made %v", made)
	}
	again := n.must("PUT", "/consumers/ann/acls/crew", doc{"tags": []string{"t"}})
	if again["id"] != made["id"] || again["group"] != "crew" || fmt.Sprint(again["tags"]) != "[t]" {
		t.Errorf("replaced by %v", again)
	}
	id, _ := made["id"].(string)
	n.send("GET", "/consumers/ann/acls/crew", nil).want(t, 200, again)
	n.send("GET", "/consumers/"+ann+"/acls/"+id, nil).want(t, 200, again)
	n.send("GET", "/acls/"+id, nil).want(t, 200, again)
	n.send("GET", "/acls/crew", nil).want(t, 400, nil)
	n.send("PATCH", "/consumers/ann/acls/crew", "tags=").want(t, 200, nil)
	n.send("PUT", "/consumers/bob/acls/crew", doc{}).want(t, 200, nil)
	n.send("PUT", "/consumers/ann/acls/a%20b%2Fc", nil).want(t, 200, nil)
	n.send("GET", "/consumers/ann/acls/a%20b%2Fc", nil).want(t, 200, nil)
	n.send("PATCH", "/consumers/ann/acls/crew", doc{"group": "guild"}).want(t, 200, nil)

	for _, method := range []string{"GET", "PATCH", "DELETE"} {
		got := n.send(method, "/consumers/ann/acls/crew", doc{})
		requestID, _ := got.object()["request_id"].(string)
		if !regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(requestID) {
			t.Errorf("%s: request id %q", method, requestID)
		}
		got.want(t, 404, doc{"message": "Not found", "request_id": requestID})
		n.send(method, "/consumers/eve/acls/crew", doc{}).want(t, 404, said("Not found"))
		n.send(method, "/consumers/ann/acls/"+two, doc{}).want(t, 404, said("Not found"))
	}
	n.send("OPTIONS", "/consumers/ann/acls/crew", nil).want(t, 404, nil)
	n.send("OPTIONS", "/consumers/ann/acls/guild", nil).want(t, 204, nil)
	// What a body says of the group counts.
	if got := n.must("PUT", "/consumers/ann/acls/guild", doc{"group": "lodge"}); got["id"] != id || got["group"] != "lodge" {
		t.Errorf("replaced by %v", got)
	}
	n.send("PUT", "/consumers/ann/acls/lodge", doc{"group": nil}).want(t, 400, nil)
	n.send("DELETE", "/consumers/ann/acls/lodge", nil).want(t, 204, nil)
	n.send("GET", "/consumers/bob/acls/crew", nil).want(t, 200, nil)
	if got := n.send("GET", "/consumers/ann/acls", nil); fmt.Sprint(got.names("group")) != "[a b/c]" {
		t.Errorf("groups %v", got.names("group"))
	}
}

func TestTokens(t *testing.T) { onEveryStore(t, testTokens) }

func testTokens(t *testing.T, start starter) {
	n := startWithConsumers(t, start)
	app := n.must("POST", "/consumers/ann/oauth2", doc{
		"name": "app", "client_id": "c", "client_secret": "s", "redirect_uris": []string{"https://cb.example/"},
	})
	made := n.must("POST", "/oauth2/c/oauth2_tokens", doc{"expires_in": 0, "ttl": 60})
	token, _ := made["access_token"].(string)
	if fmt.Sprint(made["credential"]) != fmt.Sprint(doc{"id": app["id"]}) || len(token) != 32 || made["token_type"] != "bearer" {
		t.Errorf("token %v", made)
	}
	n.send("GET", "/oauth2_tokens/"+token+"/credential", nil).want(t, 200, app)
	n.send("GET", "/oauth2_tokens/"+token+"/service", nil).want(t, 404, said("Not found"))
	n.send("GET", "/oauth2/c/oauth2_tokens/"+token, nil).want(t, 200, nil)
	n.must("PUT", "/services/s", doc{"host": "h"})
	n.send("POST", "/services/s/oauth2_tokens", doc{"expires_in": 5, "credential": doc{"client_id": "c"}}).want(t, 201, nil)
	if got := n.send("GET", "/oauth2_tokens", nil); len(got.names("id")) != 2 {
		t.Errorf("tokens %s", got.text)
	}
	n.must("DELETE", "/services/s", nil)
	n.must("DELETE", "/oauth2/c", nil)
	if got := n.send("GET", "/oauth2_tokens", nil); len(got.names("id")) != 0 {
		t.Errorf("tokens are left: %s", got.text)
	}

	hashed := n.must("POST", "/consumers/ann/oauth2", doc{"name": "h", "client_secret": "s", "hash_secret": true})
	if secret, _ := hashed["client_secret"].(string); !strings.HasPrefix(secret, "$") {
		t.Errorf("secret %q", secret)
	}
}
