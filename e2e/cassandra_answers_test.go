package e2e_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/internal/testenv"
)

// Clients can't tell by an answer whether entities are in Cassandra: all kinds of them are found, put, changed and deleted by
// name as anywhere else.
func TestAnswersOnCassandra(t *testing.T) {
	t.Parallel()
	k := newKeyspace(t, testenv.Cassandra(t))
	nodes := []*testenv.Node{
		k.node(t, nil),
		testenv.NewNode(t, testenv.NodeConfig{Env: map[string]string{"KONG_ROUTER_FLAVOR": "traditional"}}),
	}
	expect(t, nodes[0], "migrations bootstrap -c CONF", 0, "…", "…")
	ids := make([]identities, len(nodes))
	for i, n := range nodes {
		n.Start(t)
		ids[i] = identities{}
	}
	same := func(method, path, body string) {
		t.Helper()
		var answers [2]string
		for i, n := range nodes {
			status, answer := send(t, method, "http://"+n.Admin+path, body)
			answers[i] = fmt.Sprint(status, " ", ids[i].plain(answer))
		}
		if answers[0] != answers[1] {
			t.Errorf("%s %s %s is on Cassandra\n%s\nand elsewhere\n%s", method, path, body, answers[0], answers[1])
		}
	}

	cert, key := certificate(t, 1, false)
	authority, _ := certificate(t, 2, true)
	pair, err := json.Marshal(map[string]string{"cert": cert, "key": key})
	if err != nil {
		t.Fatal(err)
	}
	same("PUT", "/certificates/"+numbered(1), string(pair))
	same("PUT", "/consumers/"+numbered(2), `{"username":"ana"}`)
	same("PUT", "/upstreams/"+numbered(3), `{"name":"pool"}`)
	for _, e := range []struct{ list, field, name, body, change string }{
		{"/services", "name", "shop", `"host":"h","tags":["a","b"]`, `"retries":3,"tags":["b"]`},
		{"/routes", "name", "all", `"paths":["/a(b","/p","~/v\\d$"],"headers":{"x":["1"]}`, `"hosts":["h.example"],"paths":null`},
		{"/consumers", "username", "bob", `"custom_id":"b","tags":["x"]`, `"custom_id":null`},
		{"/upstreams", "name", "u", `"hash_on":"query_arg","hash_on_query_arg":"q"`, `"slots":100,"hash_on":"none","hash_on_query_arg":null`},
		{"/upstreams/pool/targets", "target", "10.0.0.1:80", `"weight":7`, `"weight":0`},
		{"/vaults", "prefix", "my-env", `"name":"env","config":{"prefix":"S_"}`, `"description":"d"`},
		{"/snis", "name", "a.example", `"certificate":{"id":"` + numbered(1) + `"}`, `"tags":["t"]`},
		{"/certificates", "snis", "b.example", `"snis":["b.example"],` + strings.Trim(string(pair), "{}"), `"tags":["t"]`},
		{"/key-sets", "name", "set", `"tags":["t"]`, `"tags":["u"]`},
		{"/keys", "name", "k", `"kid":"1","jwk":"{\"kid\":\"1\",\"kty\":\"oct\",\"k\":\"AAAA\"}"`, `"tags":["u"]`},
		{"/plugins", "instance_name", "mine", `"name":"rate-limiting","config":{"minute":5,"policy":"local"}`, `"enabled":false,"config":{"hour":9}`},
		{"/consumers/ana/plugins", "instance_name", "hers", `"name":"request-termination"`, `"config":{"status_code":418}`},
		{"/consumers/ana/key-auth", "key", "k1", `"tags":["t"]`, `"tags":null`},
		{"/consumers/ana/basic-auth", "username", "ana", `"password":"p"`, `"password":"q"`},
		{"/consumers/ana/hmac-auth", "username", "ana", `"secret":"s"`, `"secret":"r"`},
		{"/consumers/ana/jwt", "key", "j1", `"secret":"s"`, `"algorithm":"HS512"`},
		{"/consumers/ana/acls", "group", "staff", `"tags":["t"]`, `"tags":["u"]`},
		{"/consumers/ana/oauth2", "client_id", "app", `"name":"a","client_secret":"s","redirect_uris":["https://a.example"]`, `"name":"b"`},
		{"/ca_certificates", "id", numbered(9), `"cert":` + quoted(authority), `"tags":["t"]`},
	} {
		one, body := e.list+"/"+e.name, "{"+e.body+"}"
		named := fmt.Sprintf(`{"%s":"%s",%s}`, e.field, e.name, e.body)
		if e.field == "snis" {
			named = body
		}
		for _, c := range []struct{ method, path, body string }{
			{"GET", one, ""}, {"PATCH", one, "{" + e.change + "}"}, {"PUT", one, body}, {"GET", one, ""}, {"DELETE", one, ""},
			{"GET", one, ""}, {"POST", e.list, named}, {"POST", e.list, named}, {"PATCH", one, "{" + e.change + "}"}, {"GET", one, ""},
			{"GET", e.list + "?size=1000", ""}, {"PUT", one, body}, {"PATCH", one, `{"no":1}`}, {"DELETE", one, ""}, {"DELETE", one, ""}, {"GET", one, ""},
		} {
			same(c.method, c.path, c.body)
		}
	}
}

func quoted(text string) string {
	encoded, _ := json.Marshal(text) // of a text there is always one
	return string(encoded)
}

// identities are the ids in the answers of a node, by the order in which they came.
type identities map[string]string

var (
	identity  = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
	moment    = regexp.MustCompile(`("(?:created|updated)_at"):[0-9.]+`)
	requestID = regexp.MustCompile(`("request_id"):"\w+"`)
)

// plain returns an answer without what differs from node to node anyway.
func (ids identities) plain(answer string) string {
	answer = identity.ReplaceAllStringFunc(answer, func(id string) string {
		if ids[id] == "" {
			ids[id] = fmt.Sprint("id ", len(ids)+1)
		}
		return ids[id]
	})
	answer = requestID.ReplaceAllString(moment.ReplaceAllString(answer, "$1:0"), `$1:""`)
	var list struct{ Data []json.RawMessage }
	if err := json.Unmarshal([]byte(answer), &list); err != nil || list.Data == nil {
		return answer
	}
	// Every store has an order of its own.
	slices.SortFunc(list.Data, func(a, b json.RawMessage) int { return bytes.Compare(a, b) })
	return fmt.Sprintf("%s", list.Data)
}
