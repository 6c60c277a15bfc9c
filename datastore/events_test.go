package datastore_test

import (
	"crypto/sha1"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/plugin/bundled"
)

const (
	id1 = "11111111-1111-4111-8111-111111111111"
	id2 = "22222222-2222-4222-8222-222222222222"
	id3 = "33333333-3333-4333-8333-333333333333"
	id4 = "44444444-4444-4444-8444-444444444444"
)

// TestEvents looks at what nodes are told of changes: K stands for the channel of core entities, I for that of all others,
// W for the workspace.
func TestEvents(t *testing.T) {
	pki := newPKI(t)
	type step struct {
		op, name, key, body string
		want                []string
	}
	for _, c := range []struct {
		name  string
		steps []step
	}{
		{"services", []step{
			{"insert", "services", "", `{"id":"` + id1 + `","host":"h","name":"s"}`, []string{"K services:" + id1 + ":::::W"}},
			{"update", "services", "s", `{"port":1}`, []string{"K services:" + id1 + ":::::W", "K router:version"}},
			{"upsert", "services", "s", `{"host":"g"}`, []string{"K services:" + id1 + ":::::W", "K router:version"}},
			{"upsert", "services", id2, `{"host":"g"}`, []string{"K services:" + id2 + ":::::W"}},
			{"delete", "services", id1, "", []string{"K services:" + id1 + ":::::W"}},
			{"delete", "services", id1, "", nil},
		}},
		{"routes", []step{
			{"insert", "routes", "", `{"id":"` + id1 + `","paths":["/"]}`, []string{"K routes:" + id1 + ":::::W", "K router:version"}},
			{"update", "routes", id1, `{"paths":["/a"]}`, []string{"K routes:" + id1 + ":::::W", "K router:version"}},
			{"delete", "routes", id1, "", []string{"K routes:" + id1 + ":::::W", "K router:version"}},
		}},
		{"consumers", []step{
			{"insert", "consumers", "", `{"id":"` + id1 + `","username":"a"}`, []string{
				"I consumers:" + id1 + ":::::W", "I consumers:a:::::W",
			}},
			{"update", "consumers", "a", `{"custom_id":"c"}`, []string{"I consumers:" + id1 + ":::::W", "I consumers:a:::::W"}},
			{"update", "consumers", id1, `{"username":"b"}`, []string{
				"I consumers:" + id1 + ":::::W", "I consumers:a:::::W", "I consumers:b:::::W",
			}},
			{"update", "consumers", id1, `{"username":null}`, []string{"I consumers:" + id1 + ":::::W", "I consumers:b:::::W"}},
			{"delete", "consumers", id1, "", []string{"I consumers:" + id1 + ":::::W"}},
		}},
		{"upstreams and targets", []step{
			{"insert", "upstreams", "", `{"id":"` + id1 + `","name":"u"}`, []string{
				"K upstreams:" + id1 + ":::::W", "balancer:upstreams create:W:" + id1 + ":u",
			}},
			{"update", "upstreams", "u", `{"slots":10}`, []string{
				"K upstreams:" + id1 + ":::::W", "balancer:upstreams update:W:" + id1 + ":u",
			}},
			{"insert", "targets", "", `{"id":"` + id2 + `","target":"10.1.2.3:80","upstream":{"name":"u"}}`, []string{
				"K targets:" + id1 + ":10.1.2.3:80::::W", "balancer:targets create:" + id1,
			}},
			{"update", "targets", id2, `{"weight":1}`, []string{
				"K targets:" + id1 + ":10.1.2.3:80::::W", "balancer:targets update:" + id1,
			}},
			{"upsert", "targets", id2, `{"target":"a.example","upstream":{"id":"` + id1 + `"}}`, []string{
				"K targets:" + id1 + ":a.example:8000::::W", "K targets:" + id1 + ":10.1.2.3:80::::W",
				"balancer:targets update:" + id1,
			}},
			{"delete", "upstreams", "u", "", []string{
				"K upstreams:" + id1 + ":::::W", "balancer:upstreams delete:W:" + id1 + ":u",
				"K targets:" + id1 + ":a.example:8000::::W", "balancer:targets delete:" + id1,
			}},
		}},
		{"certificates and server names", []step{
			{"insert", "certificates", "", `{"id":"` + id1 + `","cert":"$cert","key":"$key"}`, []string{
				"K certificates:" + id1 + ":::::W",
			}},
			{"insert", "snis", "", `{"id":"` + id2 + `","name":"a.example.com","certificate":{"id":"` + id1 + `"}}`, []string{
				"K snis:$sni:::::W", "K snis:a.example.com", "K snis:*.example.com", "K snis:a.example.*",
			}},
			{"update", "snis", "a.example.com", `{"name":"example.com"}`, []string{
				"K snis:$sni:::::W", "K snis:a.example.com", "K snis:*.example.com", "K snis:a.example.*",
				"K snis:example.com", "K snis:example.*",
			}},
			{"update", "snis", id2, `{"name":"*.example.com"}`, []string{
				"K snis:$sni:::::W", "K snis:example.com", "K snis:example.*", "K snis:*.example.com",
			}},
			{"update", "snis", id2, `{"name":"localhost"}`, []string{
				"K snis:$sni:::::W", "K snis:*.example.com", "K snis:localhost",
			}},
			{"update", "certificates", id1, `{"tags":["t"]}`, []string{"K certificates:" + id1 + ":::::W"}},
			{"delete", "certificates", id1, "", []string{
				"K certificates:" + id1 + ":::::W", "K snis:$sni:::::W", "K snis:localhost",
			}},
		}},
		{"server names in certificates", []step{
			{"insert", "certificates", "", `{"id":"` + id1 + `","cert":"$cert","key":"$key","snis":["a","*.b"]}`, []string{
				"K certificates:" + id1 + ":::::W", "K snis:$sni:::::W", "K snis:a", "K snis:$sni:::::W", "K snis:*.b",
			}},
			{"update", "certificates", id1, `{"snis":["c","a"]}`, []string{
				"K certificates:" + id1 + ":::::W", "K snis:$sni:::::W", "K snis:c", "K snis:$sni:::::W", "K snis:*.b",
			}},
			{"upsert", "certificates", id1, `{"cert":"$cert","key":"$key","snis":["a"]}`, []string{
				"K certificates:" + id1 + ":::::W", "K snis:$sni:::::W", "K snis:c",
			}},
			{"delete", "certificates", id1, "", []string{
				"K certificates:" + id1 + ":::::W", "K snis:$sni:::::W", "K snis:a",
			}},
		}},
		{"authorities", []step{
			{"insert", "ca_certificates", "", `{"id":"` + id2 + `","cert":"$authority"}`, []string{"K ca_certificates:" + id2 + ":::::"}},
			{"update", "ca_certificates", id2, `{"tags":["t"]}`, []string{"K ca_certificates:" + id2 + ":::::"}},
			// Two services trust the same authorities, in another order.
			{
				"insert", "services", "", `{"id":"` + id1 + `","host":"h","protocol":"https","ca_certificates":["` + id2 + `","` + id1 + `"]}`,
				[]string{"K services:" + id1 + ":::::W"},
			},
			{
				"insert", "services", "", `{"id":"` + id3 + `","host":"h","protocol":"https","ca_certificates":["` + id1 + `","` + id2 + `"]}`,
				[]string{"K services:" + id3 + ":::::W"},
			},
			{
				"insert", "plugins", "", `{"id":"` + id4 + `","name":"trusting","config":{"ca_certificates":["` + id2 + `"]}}`,
				[]string{"K plugins:trusting:::::W", "K plugins_iterator:version"},
			},
			// The MD5 of id1:id2 and that of id2 alone.
			{"update", "ca_certificates", id2, `{"tags":null}`, []string{
				"K ca_certificates:" + id2 + ":::::", "K ca_stores:59ab4ef1a0a032e08f2b8c7a4a4ccd9f",
				"I ca_stores:4d39b29ae64838df935636f52ed62d6d",
			}},
		}},
		{"vaults", []step{
			{"insert", "vaults", "", `{"id":"` + id1 + `","name":"env","prefix":"one"}`, []string{"K vaults:one:::::"}},
			{"update", "vaults", id1, `{"prefix":"two"}`, []string{"K vaults:two:::::", "K vaults:one:::::"}},
			{"delete", "vaults", "two", "", []string{"K vaults:two:::::"}},
		}},
		{"keys", []step{
			{"insert", "key_sets", "", `{"id":"` + id1 + `","name":"k"}`, []string{"K key_sets:" + id1 + ":::::W"}},
			{"insert", "keys", "", `{"id":"` + id2 + `","kid":"a","jwk":"{\"kid\":\"a\",\"kty\":\"oct\",\"k\":\"AAAA\"}"}`, []string{"K keys:a:"}},
			{"update", "keys", id2, `{"set":{"name":"k"}}`, []string{"K keys:a:", "K keys:a:" + id1}},
			{"delete", "key_sets", "k", "", []string{"K key_sets:" + id1 + ":::::W", "K keys:a:" + id1}},
		}},
		{"plugins of what is deleted", []step{
			{"insert", "services", "", `{"id":"` + id1 + `","host":"h"}`, []string{"K services:" + id1 + ":::::W"}},
			{"insert", "consumers", "", `{"id":"` + id2 + `","custom_id":"c"}`, []string{"I consumers:" + id2 + ":::::W"}},
			{"insert", "plugins", "", `{"id":"` + id3 + `","name":"cors"}`, []string{
				"K plugins:cors:::::W", "K plugins_iterator:version",
			}},
			{"update", "plugins", id3, `{"service":{"id":"` + id1 + `"}}`, []string{
				"K plugins:cors:::::W", "K plugins:cors::" + id1 + ":::W", "K plugins_iterator:version",
			}},
			{
				"insert", "plugins", "", `{"id":"` + id4 + `","name":"cors","consumer":{"id":"` + id2 + `"}}`,
				[]string{"K plugins:cors:::" + id2 + "::W", "K plugins_iterator:version"},
			},
			{"delete", "services", id1, "", []string{
				"K services:" + id1 + ":::::W", "K plugins:cors::" + id1 + ":::W", "K plugins_iterator:version",
			}},
			{"delete", "consumers", id2, "", []string{
				"I consumers:" + id2 + ":::::W", "K plugins:cors:::" + id2 + "::W", "K plugins_iterator:version",
			}},
		}},
		{"groups", []step{
			{"insert", "consumers", "", `{"id":"` + id1 + `","custom_id":"c"}`, []string{"I consumers:" + id1 + ":::::W"}},
			{"insert", "acls", "", `{"id":"` + id2 + `","group":"a","consumer":{"id":"` + id1 + `"}}`, []string{
				"I acls:" + id1 + ":a::::W", "I acls:" + id1 + ":::::W",
			}},
			{"update", "acls", id2, `{"group":"b"}`, []string{
				"I acls:" + id1 + ":b::::W", "I acls:" + id1 + ":a::::W", "I acls:" + id1 + ":::::W",
			}},
			{"delete", "acls", id2, "", []string{"I acls:" + id1 + ":b::::W", "I acls:" + id1 + ":::::W"}},
		}},
		{"credentials", []step{
			{"insert", "consumers", "", `{"id":"` + id1 + `","custom_id":"c"}`, []string{"I consumers:" + id1 + ":::::W"}},
			{"insert", "keyauth_credentials", "", `{"key":"k","ttl":60,"consumer":{"id":"` + id1 + `"}}`, []string{
				"I keyauth_credentials:k:::::W",
			}},
			{"update", "keyauth_credentials", "k", `{"key":"l"}`, []string{
				"I keyauth_credentials:k:::::W", "I keyauth_credentials:l:::::W",
			}},
			{"insert", "basicauth_credentials", "", `{"username":"u","password":"p","consumer":{"id":"` + id1 + `"}}`, []string{
				"I basicauth_credentials:u:::::W",
			}},
			{"insert", "hmacauth_credentials", "", `{"username":"u","consumer":{"id":"` + id1 + `"}}`, []string{
				"I hmacauth_credentials:u:::::W",
			}},
			{"insert", "jwt_secrets", "", `{"key":"k","consumer":{"id":"` + id1 + `"}}`, []string{"I jwt_secrets:k:::::W"}},
			{
				"insert", "oauth2_credentials", "", `{"id":"` + id2 + `","name":"n","client_id":"i","consumer":{"id":"` + id1 + `"}}`,
				[]string{"I oauth2_credentials:i:::::W"},
			},
			// The SHA-1 of oauth2_tokens:t:::::W, where the test has another workspace every time.
			{"insert", "oauth2_tokens", "", `{"access_token":"t","expires_in":0,"credential":{"id":"` + id2 + `"}}`, []string{
				"I oauth2_tokens:$token",
			}},
			{
				"insert", "oauth2_authorization_codes", "", `{"id":"` + id3 + `","credential":{"id":"` + id2 + `"}}`,
				[]string{"I oauth2_authorization_codes:" + id3 + ":::::W"},
			},
			{"insert", "sessions", "", `{"session_id":"s"}`, []string{"I sessions:s:::::"}},
			{"insert", "acme_storage", "", `{"key":"k"}`, []string{"I acme_storage:k:::::"}},
			{"delete", "consumers", id1, "", []string{
				"I consumers:" + id1 + ":::::W", "I keyauth_credentials:l:::::W", "I basicauth_credentials:u:::::W",
				"I hmacauth_credentials:u:::::W", "I jwt_secrets:k:::::W", "I oauth2_credentials:i:::::W",
				"I oauth2_tokens:$token", "I oauth2_authorization_codes:" + id3 + ":::::W",
			}},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			g := newGateway(t, bundled.Entities()...)
			token := sha1.Sum([]byte("oauth2_tokens:t:::::" + g.db.Workspace()))
			wanted := strings.NewReplacer("$token", hex.EncodeToString(token[:]))
			texts := strings.NewReplacer("$cert", jsonText(t, pki.cert), "$key", jsonText(t, pki.key),
				"$authority", jsonText(t, pki.authority))
			for _, s := range c.steps {
				if _, err := g.do(s.op, s.name, s.key, parse(t, texts.Replace(s.body))); err != nil {
					t.Fatalf("%s %s %s: %v", s.op, s.name, s.key, err)
				}
				got := g.shortened(g.told())
				var want []string
				for _, text := range s.want {
					want = append(want, wanted.Replace(text))
				}
				slices.Sort(want)
				if !slices.Equal(got, want) {
					t.Errorf("%s %s %s %s:\n%s\nwant\n%s", s.op, s.name, s.key, s.body, strings.Join(got, "\n"), strings.Join(want, "\n"))
				}
			}
		})
	}
}

// sniID matches the name of a server name by its id, which is random where a certificate lists it.
var sniID = regexp.MustCompile(`^snis:[0-9a-f]{8}-[0-9a-f-]{27}:`)

// shortened writes events as TestEvents does, sorted.
func (g *gateway) shortened(events []datastore.Event) []string {
	channels := map[string]string{datastore.ChannelCoreInvalidations: "K", datastore.ChannelInvalidations: "I"}
	var list []string
	for _, e := range events {
		channel, ok := channels[e.Channel]
		if !ok {
			channel = e.Channel
		}
		data := strings.ReplaceAll(e.Data, g.db.Workspace(), "W")
		list = append(list, channel+" "+sniID.ReplaceAllString(data, "snis:$$sni:"))
	}
	slices.Sort(list)
	return list
}
