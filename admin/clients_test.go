package admin_test

import (
	"net/http"
	"strings"
	"testing"
)

// A call is a request of a client, and what the client needs of the answer.
type call struct {
	method, path string
	body         any
	status       int
	// reads are dotted paths of members that have to be there; below a list, in every row.
	reads string
}

func (n *node) make(t *testing.T, calls []call, header http.Header) {
	t.Helper()
	for _, c := range calls {
		got := n.sendWith(header, c.method, c.path, c.body)
		if got.status != c.status {
			t.Errorf("%s %s: status %d, want %d: %s", c.method, c.path, got.status, c.status, got.text)
			continue
		}
		for path := range strings.FieldsSeq(c.reads) {
			if !has(got.body, strings.Split(path, ".")) {
				t.Errorf("%s %s: there is no %s in %s", c.method, c.path, path, got.text)
			}
		}
	}
}

// has reports whether v has a member at a path. A list has it if all rows have it, and there are any.
func has(v any, path []string) bool {
	if len(path) == 0 {
		return true
	}
	switch v := v.(type) {
	case doc:
		member, ok := v[path[0]]
		return ok && has(member, path[1:])
	case []any:
		for _, row := range v {
			if !has(row, path) {
				return false
			}
		}
		return len(v) > 0
	}
	return false
}

// sendWith sends JSON with more headers, and says that it is JSON even where there is none.
func (n *node) sendWith(header http.Header, method, path string, body any) reply {
	n.t.Helper()
	text := ""
	if body != nil {
		text = encoded(n.t, body)
	}
	sent := header.Clone()
	if sent == nil {
		sent = http.Header{}
	}
	if body != nil || method == "GET" || method == "DELETE" {
		sent.Set("Content-Type", jsonType)
	}
	return n.exchange(n.admin.URL, method, path, sent, text)
}

// TestKonga makes the calls of Konga 0.14.9, which says of all requests that they are JSON.
func TestKonga(t *testing.T) { onEveryStore(t, testKonga) }

func testKonga(t *testing.T, start starter) {
	n := startBalancer(t, passiveChecks)
	n.occupy()
	header := http.Header{"Apikey": {"secret"}, "Authorization": {"Basic YTpi"}}
	service, route, consumer, upstream := numbered(2), numbered(4), numbered(10), numbered(30)

	calls := []call{
		{"GET", "/?connection_id=1", nil, 200, "version tagline hostname lua_version timers.running timers.pending " +
			"configuration.database plugins.available_on_server.cors plugins.enabled_in_cluster"},
		{"GET", "/status?size=1000", nil, 200, "server.total_requests server.connections_active server.connections_reading " +
			"server.connections_writing server.connections_waiting server.connections_accepted server.connections_handled " +
			"database.reachable"},
		{"GET", "/services/" + service, nil, 200, "id name host port protocol path retries connect_timeout tags"},
		{"GET", "/routes/" + route, nil, 200, "id name paths hosts methods protocols service.id strip_path"},
		{"GET", "/consumers/" + consumer, nil, 200, "id username custom_id"},
		{"GET", "/upstreams/" + upstream, nil, 200, "id name slots healthchecks.active.healthy.interval"},
		{"GET", "/plugins/" + numbered(7), nil, 200, "id name enabled config.minute service.id"},
		{"GET", "/services/" + service + "/routes?size=1000", nil, 200, "data.id next"},
		{"GET", "/services/" + service + "/plugins?size=1000", nil, 200, "data.name data.enabled data.config data.service.id"},
		{"GET", "/routes/" + route + "/plugins?enabled=true&size=1000", nil, 200, "data.route.id"},
		{"GET", "/plugins?service_id=" + service, nil, 200, "data.name"},
		{"GET", "/consumers/" + consumer + "/plugins", nil, 200, "data.consumer.id"},
		{"GET", "/consumers/" + consumer + "/credentials", nil, 404, "message"},
		{"GET", "/plugins/enabled?size=1000", nil, 200, "enabled_plugins"},
		{"GET", "/upstreams/" + upstream + "/targets?size=1000", nil, 200, "data.id data.target data.weight data.created_at"},
		{"GET", "/upstreams/" + upstreamID + "/health", nil, 200, "data.id data.health"},
		{"GET", "/apis?size=1000", nil, 404, "message"},
		{"GET", "/upstreams/" + upstream + "/targets/active", nil, 404, "message"},

		{"POST", "/services/", doc{"name": "s", "url": "http://h"}, 201, "id"},
		{"POST", "/services/", doc{"name": "s"}, 400, "message fields.host"},
		{"POST", "/services/", doc{"name": "s", "host": "h"}, 409, "message"},
		{"POST", "/routes/", doc{"name": "r", "paths": []string{"/r"}, "service": doc{"id": service}}, 201, "id service.id"},
		{"POST", "/plugins", doc{"name": "acl", "config": doc{"allow": []string{"guild"}}, "route": doc{"id": route}}, 201, "id"},
		{"POST", "/consumers", doc{"username": "c", "tags": []string{}}, 201, "id"},
		{"POST", "/upstreams", doc{"name": "u"}, 201, "id"},
		{"POST", "/certificates", newPKI(t).certificate(doc{"snis": []string{"k.example"}}), 201, "id snis"},
		{"POST", "/snis", doc{"name": "l.example", "certificate": doc{"id": numbered(0)}}, 201, "id"},
		{"POST", "/upstreams/" + upstream + "/targets", doc{"target": "h:1", "weight": 1}, 201, "id"},
		{"DELETE", "/upstreams/" + upstream + "/targets/" + numbered(31), nil, 204, ""},
		{"POST", "/upstreams/up/targets/10.0.0.1:80/unhealthy", doc{}, 204, ""},
		{"POST", "/upstreams/up/targets/10.0.0.1:80/healthy", doc{}, 204, ""},
		{"PATCH", "/services/s", doc{"retries": 1}, 200, "retries"},
		{"DELETE", "/services/s", nil, 204, ""},
		{"DELETE", "/snis/l.example", nil, 204, ""},
	}
	for _, list := range strings.Fields("services routes consumers plugins upstreams certificates snis acls jwts key-auths " +
		"hmac-auths basic-auths oauth2") {
		calls = append(calls, call{"GET", "/" + list + "?size=1000", nil, 200, "data.id next"})
	}
	for _, kind := range strings.Fields("key-auth basic-auth hmac-auth jwt oauth2 acls") {
		list := "/consumers/" + consumer + "/" + kind
		calls = append(calls, call{"GET", list, nil, 200, "data.id data.consumer.id"})
		for i, row := range estate(newPKI(t)) {
			if row.list == list {
				calls = append(calls,
					call{"PATCH", list + "/" + numbered(i), doc{"tags": []string{"t"}}, 200, "id"},
					call{"DELETE", list + "/" + numbered(i), nil, 204, ""},
				)
			}
		}
	}
	for _, name := range n.must("GET", "/plugins/enabled", nil)["enabled_plugins"].([]any) {
		// Plugins without settings have an empty list.
		calls = append(calls, call{"GET", "/plugins/schema/" + name.(string) + "?size=1000", nil, 200, "fields"})
	}
	n.make(t, calls, header)
}

// TestKongaSendsRowsBack does what Konga does when somebody edits a row: it sends all of it.
func TestKongaSendsRowsBack(t *testing.T) {
	n := start(t)
	for _, row := range n.occupy() {
		same(t, row.path(), row.body, n.must("PATCH", row.path(), row.body), row.hashed()...)
	}
}

// TestKongaRestores takes a snapshot as Konga does and brings it back.
func TestKongaRestores(t *testing.T) { onEveryStore(t, testKongaRestores) }

func testKongaRestores(t *testing.T, start starter) {
	n := start(t)
	rows := n.occupy()
	n.vacate(rows)
	for _, row := range rows {
		body := merged(row.body, nil)
		switch {
		case row.kind() == "targets":
			body = doc{"target": row.body["target"], "weight": row.body["weight"]}
			restored := n.send("POST", row.list, body)
			restored.want(t, 201, nil)
			same(t, row.path(), row.body, restored.object(), "id", "created_at")
		case strings.HasPrefix(row.list, "/consumers/"):
			n.send("POST", row.list, body).want(t, 201, nil)
			same(t, row.path(), row.body, n.must("GET", row.path(), nil), row.hashed()...)
		case row.list == "/snis":
			n.send("PUT", row.path(), body).want(t, 409, nil) // its certificate has brought it
		default:
			delete(body, "id")
			n.send("PUT", row.path(), body).want(t, 200, nil)
			same(t, row.path(), row.body, n.must("GET", row.path(), nil))
		}
	}
}

// TestKongDashboard makes the calls of kong-dashboard 3.6.0.
func TestKongDashboard(t *testing.T) { onEveryStore(t, testKongDashboard) }

func testKongDashboard(t *testing.T, start starter) {
	n := startBalancer(t, passiveChecks)
	n.occupy()
	service, consumer, upstream := numbered(2), numbered(10), numbered(30)
	if root := n.must("GET", "/", nil); root["tagline"] != "Welcome to kong" {
		t.Errorf("tagline %v", root["tagline"])
	}
	calls := []call{
		{"GET", "/services/" + service, nil, 200, "id"},
		{"GET", "/services/" + service + "/routes", nil, 200, "data.id"},
		{"GET", "/consumers/" + consumer + "/plugins", nil, 200, "data.id"},
		{"GET", "/upstreams/" + upstream + "/targets", nil, 200, "data.target"},
		{"GET", "/consumers?username=mason", nil, 200, "data.username"},
		{"GET", "/consumers?id=" + consumer, nil, 200, "data.id"},
		{"GET", "/consumers?custom_id=m1", nil, 200, "data.custom_id"},
		{"GET", "/oauth2?client_id=client", nil, 200, "data.client_id"},
		{"GET", "/plugins/enabled", nil, 200, "enabled_plugins"},
		{"GET", "/plugins/schema/rate-limiting", nil, 200, "fields"},
		{"POST", "/consumers", doc{"username": "c", "custom_id": nil}, 201, "id"},
		{"POST", "/services", doc{"name": "s", "host": "h", "port": 80, "protocol": "http", "path": nil}, 201, "id"},
		{"POST", "/routes", doc{"paths": []string{"/d"}, "service": doc{"id": service}}, 201, "id"},
		{"POST", "/plugins", doc{"name": "key-auth", "service": doc{"id": service}, "config": doc{}}, 201, "id"},
		{"POST", "/upstreams", doc{"name": "u", "slots": 1000}, 201, "id"},
		{"POST", "/upstreams/u/targets", doc{"target": "h", "weight": 100}, 201, "id"},
		{"PATCH", "/consumers/" + consumer, doc{"custom_id": "m2"}, 200, "id"},
		{"DELETE", "/consumers/c", nil, 204, ""},
		{"PUT", "/consumers", doc{"username": "c"}, 405, "message"},
		{"GET", "/apis", nil, 404, "message"},
	}
	for _, list := range strings.Fields("services routes consumers plugins upstreams certificates") {
		calls = append(calls,
			call{"GET", "/" + list, nil, 200, "data.id next"}, call{"GET", "/" + list + "?size=1000", nil, 200, "data.id"})
	}
	for _, list := range strings.Fields("key-auths acls basic-auths hmac-auths jwts oauth2") {
		calls = append(calls, call{"GET", "/" + list + "?consumer_id=" + consumer, nil, 200, "data.id data.consumer.id"})
	}
	n.make(t, calls, nil)
}
