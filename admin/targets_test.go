package admin_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/kongo-gateway/kongo/admin"
	"github.com/kongo-gateway/kongo/balancer"
	"github.com/kongo-gateway/kongo/balancer/dns"
	"github.com/kongo-gateway/kongo/datastore"
)

const upstreamID = "33333333-3333-4333-8333-000000000001"

// startWithTargets starts a node with an upstream of five targets, made in this order.
func startWithTargets(t *testing.T, change ...func(*admin.Options)) *node {
	n := start(t, change...)
	n.must("PUT", "/upstreams/"+upstreamID, doc{"name": "up"})
	for i, target := range []string{"10.0.0.1:80", "10.0.0.2", "[::1]:81", "zero.example:82", "tagged.example:83"} {
		body := doc{"target": target, "weight": 10 * i, "created_at": 1700000000.5 + float64(i)}
		if i == 4 {
			body["tags"] = []string{"t"}
		}
		n.must("POST", "/upstreams/up/targets", body)
	}
	return n
}

const expanded = "[0000:0000:0000:0000:0000:0000:0000:0001]:81"

func TestTargetLists(t *testing.T) { onEveryStore(t, testTargetLists) }

func testTargetLists(t *testing.T, start starter) {
	n := startWithTargets(t)
	newest := []any{"tagged.example:83", "zero.example:82", expanded, "10.0.0.2:8000", "10.0.0.1:80"}
	for _, c := range []struct {
		query string
		want  []any
		next  any
	}{
		{"", newest, nil},
		{"?tags=t", newest, nil},
		{"?tags=", newest, nil},
		{"?size=2", newest[:2], "/upstreams/up/targets?offset=2"},
		{"?size=2&offset=2", newest[2:4], "/upstreams/up/targets?offset=4"},
		{"?size=2&offset=4", newest[4:], nil},
		{"?size=2&offset=40", []any{}, nil},
		{"?size=5", newest, nil},
		{"?size=2000", newest, nil},
	} {
		got := n.send("GET", "/upstreams/up/targets"+c.query, nil)
		got.want(t, 200, nil)
		if !reflect.DeepEqual(got.names("target"), c.want) || got.object()["next"] != c.next {
			t.Errorf("%q: %v, next %v; want %v, %v", c.query, got.names("target"), got.object()["next"], c.want, c.next)
		}
	}
	for _, query := range []string{"?size=0", "?size=x", "?offset=x", "?offset=-1", "?offset="} {
		n.send("GET", "/upstreams/up/targets"+query, nil).want(t, 400, nil)
	}

	var all []any
	for next := "/upstreams/up/targets/all?size=2"; next != "?size=2"; {
		got := n.send("GET", next, nil)
		got.want(t, 200, nil)
		all = append(all, got.names("target")...)
		link, _ := got.object()["next"].(string)
		if next = link; next == "" {
			break
		}
		next += "&size=2"
	}
	if len(all) != 5 {
		t.Errorf("all targets: %v", all)
	}
	for _, path := range []string{"", "/all", "/10.0.0.1:80"} {
		n.send("GET", "/upstreams/nope/targets"+path, nil).want(t, 404, said("Not found"))
	}
}

func TestTargets(t *testing.T) { onEveryStore(t, testTargets) }

func testTargets(t *testing.T, start starter) {
	n := startWithTargets(t)
	n.must("PUT", "/upstreams/other", doc{})
	row := n.must("GET", "/upstreams/up/targets/10.0.0.1:80", nil)
	id, _ := row["id"].(string)
	if row["created_at"] != 1700000000.5 {
		t.Errorf("created_at %v", row["created_at"])
	}
	n.send("GET", "/upstreams/up/targets/"+id, nil).want(t, 200, row)
	n.send("GET", "/upstreams/"+upstreamID+"/targets/10.0.0.1%3A80", nil).want(t, 200, row)
	n.send("GET", "/upstreams/other/targets/"+id, nil).want(t, 404, said("Not found"))
	n.send("GET", "/upstreams/other/targets/10.0.0.1:80", nil).want(t, 404, said("Not found"))
	n.send("GET", "/upstreams/up/targets/10.0.0.2", nil).want(t, 404, said("Not found"))
	n.send("GET", "/upstreams/up/targets/"+expanded, nil).want(t, 200, nil)

	for i, method := range []string{"PATCH", "PUT"} {
		got := n.must(method, "/upstreams/up/targets/10.0.0.1:80", doc{"weight": 33 + i})
		if got["weight"] != float64(33+i) || got["id"] != id || got["created_at"] != row["created_at"] {
			t.Errorf("%s: %v", method, got)
		}
		n.send(method, "/upstreams/up/targets/nope:80", doc{"weight": 1}).want(t, 404, said("Not found"))
		n.send(method, "/upstreams/up/targets/"+id, doc{"target": "a b"}).want(t, 400, doc{
			"code": 2, "name": "schema violation",
			"message": "schema violation (target: Invalid target; not a valid hostname or ip address)",
			"fields":  doc{"target": "Invalid target; not a valid hostname or ip address"},
		})
		n.send(method, "/upstreams/up/targets/"+id, doc{"target": "10.0.0.2"}).want(t, 409, nil)
	}
	if got := n.must("PATCH", "/upstreams/up/targets/"+id, "target=::2&weight=7"); got["weight"] != 7.0 ||
		got["target"] != "[0000:0000:0000:0000:0000:0000:0000:0002]:8000" {
		t.Errorf("target %v", got)
	}
	n.send("DELETE", "/upstreams/other/targets/"+id, nil).want(t, 404, said("Not found"))
	n.send("DELETE", "/upstreams/up/targets/"+id, nil).want(t, 204, nil)
	n.send("DELETE", "/upstreams/up/targets/"+id, nil).want(t, 404, said("Not found"))
	n.send("DELETE", "/upstreams/up/targets/zero.example:82", nil).want(t, 204, nil)
	if got := n.send("GET", "/upstreams/up/targets", nil).names("target"); len(got) != 3 {
		t.Errorf("targets %v", got)
	}
}

// hosts resolves names that it knows.
type hosts map[string]dns.Answer

func (h hosts) Lookup(_ context.Context, name string) (dns.Answer, error) {
	if a, ok := h[name]; ok {
		return a, nil
	}
	return dns.Answer{}, &dns.Error{Name: name, Err: dns.ErrNotFound}
}

// startBalancer starts a node that balances over two addresses, a name that is unknown and a target of weight 0.
func startBalancer(t *testing.T, checks balancer.Healthchecks) *node {
	t.Helper()
	checker := balancer.NewChecker()
	t.Cleanup(checker.Close)
	b := balancer.New(t.Context(), balancer.Upstream{Name: "up", Healthchecks: checks}, []balancer.Target{
		{Target: "10.0.0.1:80", Weight: 100}, {Target: "[0000:0000:0000:0000:0000:0000:0000:0001]:81", Weight: 50},
		{Target: "nowhere.example:82", Weight: 10},
	}, balancer.Options{Checker: checker, Resolver: hosts{}})
	t.Cleanup(b.Close)
	n := start(t, func(o *admin.Options) {
		o.Balancer = func(id string) *balancer.Balancer {
			if id == upstreamID {
				return b
			}
			return nil
		}
	})
	n.must("PUT", "/upstreams/"+upstreamID, doc{"name": "up"})
	for i, target := range []string{"10.0.0.1:80", "::1", "nowhere.example:82", "unknown.example:83"} {
		body := doc{"target": target, "weight": 100, "created_at": 1700000000 - i}
		if target == "::1" {
			body["target"], body["weight"] = "[::1]:81", 50
		}
		n.must("POST", "/upstreams/up/targets", body)
	}
	return n
}

var passiveChecks = balancer.Healthchecks{Passive: balancer.Criteria{
	HealthyStatuses: []int{200}, UnhealthyStatuses: []int{500}, Successes: 1, HTTPFailures: 1, TCPFailures: 1, Timeouts: 1,
}}

// states lists the health of the targets of upstream up.
func (n *node) states() []any {
	n.t.Helper()
	return n.send("GET", "/upstreams/up/health", nil).names("health")
}

func TestHealth(t *testing.T) { onEveryStore(t, testHealth) }

func testHealth(t *testing.T, start starter) {
	n := startBalancer(t, passiveChecks)
	got := n.send("GET", "/upstreams/up/health", nil)
	want := []any{"HEALTHY", "HEALTHY", "DNS_ERROR", "DNS_ERROR"}
	if !reflect.DeepEqual(got.names("health"), want) || got.object()["node_id"] != nodeID || got.object()["next"] != nil {
		t.Errorf("health %s", got.text)
	}
	rows, _ := got.object()["data"].([]any)
	first, _ := rows[0].(doc)
	reply{status: 200, body: first["data"]}.want(t, 200, doc{
		"host": "10.0.0.1", "port": 80, "dns": first["data"].(doc)["dns"], "nodeWeight": 100,
		"weight":    doc{"total": 100, "available": 100, "unavailable": 0},
		"addresses": []doc{{"ip": "10.0.0.1", "port": 80, "weight": 100, "health": "HEALTHY"}},
	})
	if first["target"] != "10.0.0.1:80" || first["id"] == nil {
		t.Errorf("target %v", first)
	}
	if _, given := rows[3].(doc)["data"]; given {
		t.Errorf("data of a target that the balancer does not have: %v", rows[3])
	}
	page := n.send("GET", "/upstreams/up/health?size=3", nil)
	if len(page.names("id")) != 3 || page.object()["next"] != "/upstreams/up/health?offset=3" {
		t.Errorf("page %s", page.text)
	}

	n.must("PUT", "/upstreams/up/targets/10.0.0.1:80/unhealthy", nil)
	whole := n.send("GET", "/upstreams/up/health?balancer_health=1", nil)
	data, _ := whole.object()["data"].(doc)
	details, _ := data["details"].(doc)
	targets, _ := details["hosts"].([]any)
	if len(targets) != 3 {
		t.Fatalf("balancer health %s", whole.text)
	}
	delete(details, "hosts")
	whole.want(t, 200, doc{"next": nil, "node_id": nodeID, "data": doc{
		"id": upstreamID, "health": "HEALTHY", "balancer_health": "HEALTHY",
		"details": doc{"healthy": true, "weight": doc{"total": 150, "available": 50, "unavailable": 100}},
	}})
	target, _ := targets[0].(doc)
	reply{status: 200, body: target["addresses"]}.want(t, 200, []doc{{"ip": "10.0.0.1", "port": 80, "weight": 100, "healthy": false}})

	n.send("GET", "/upstreams/nope/health", nil).want(t, 404, said("Not found"))
	n.must("PUT", "/upstreams/idle", doc{})
	n.send("GET", "/upstreams/idle/health", nil).want(t, 200, doc{"data": []any{}, "next": nil, "node_id": nodeID})
	n.send("GET", "/upstreams/idle/health?balancer_health=1", nil).want(t, 200, doc{"data": nil, "next": nil, "node_id": nodeID})
}

func TestHealthchecksOff(t *testing.T) { onEveryStore(t, testHealthchecksOff) }

func testHealthchecksOff(t *testing.T, start starter) {
	n := startBalancer(t, balancer.Healthchecks{})
	if got := n.states(); fmt.Sprint(got) != "[HEALTHCHECKS_OFF HEALTHCHECKS_OFF DNS_ERROR DNS_ERROR]" {
		t.Errorf("health %v", got)
	}
	n.send("PUT", "/upstreams/up/targets/10.0.0.1:80/healthy", nil).want(t, 400, said("no healthchecker found for up"))
}

func TestHealthMarks(t *testing.T) { onEveryStore(t, testHealthMarks) }

func testHealthMarks(t *testing.T, start starter) {
	n := startBalancer(t, passiveChecks)
	var events []datastore.Event
	n.feed.Subscribe(func(_ context.Context, batch []datastore.Event) { events = append(events, batch...) }, datastore.ChannelHealth)
	v6 := "/upstreams/up/targets/" + expanded
	for _, c := range []struct {
		method, path string
		status       int
		event        string
		states       string // of the first two targets
	}{
		{"PUT", "/upstreams/up/targets/10.0.0.1:80/unhealthy", 204, "10.0.0.1||80|0|" + upstreamID + "|up", "[UNHEALTHY HEALTHY]"},
		{"POST", "/upstreams/up/targets/10.0.0.1:80/healthy", 204, "10.0.0.1||80|1|" + upstreamID + "|up", "[HEALTHY HEALTHY]"},
		{"PUT", "/upstreams/up/targets/10.0.0.1:80/10.0.0.1:80/unhealthy", 204,
			"10.0.0.1|10.0.0.1|80|0|" + upstreamID + "|up", "[UNHEALTHY HEALTHY]"},
		{"PUT", v6 + "/unhealthy", 204,
			"[0000:0000:0000:0000:0000:0000:0000:0001]||81|0|" + upstreamID + "|up", "[UNHEALTHY UNHEALTHY]"},
		{"PUT", v6 + "/%5B::1%5D:81/healthy", 204,
			"[0000:0000:0000:0000:0000:0000:0000:0001]|0000:0000:0000:0000:0000:0000:0000:0001|81|1|" + upstreamID + "|up",
			"[UNHEALTHY HEALTHY]"},
		{"PUT", "/upstreams/up/targets/10.0.0.1:80/10.0.0.1/healthy", 400, "", "[UNHEALTHY HEALTHY]"}, // port 8000
		{"PUT", "/upstreams/up/targets/10.0.0.1:80/10.9.9.9:80/healthy", 400, "", "[UNHEALTHY HEALTHY]"},
		{"PUT", "/upstreams/up/targets/10.0.0.1:80/name.example/healthy", 400, "", "[UNHEALTHY HEALTHY]"},
		{"PUT", "/upstreams/up/targets/10.0.0.1/healthy", 404, "", "[UNHEALTHY HEALTHY]"},
		{"PUT", "/upstreams/nope/targets/10.0.0.1:80/healthy", 404, "", "[UNHEALTHY HEALTHY]"},
		{"GET", "/upstreams/up/targets/10.0.0.1:80/healthy", 405, "", "[UNHEALTHY HEALTHY]"},
		{"DELETE", "/upstreams/up/targets/nope:80/healthy", 405, "", "[UNHEALTHY HEALTHY]"},
	} {
		t.Run(c.method+" "+c.path, func(t *testing.T) {
			events = nil
			n.send(c.method, c.path, nil).want(t, c.status, nil)
			var want []datastore.Event
			if c.event != "" {
				want = []datastore.Event{{Channel: datastore.ChannelHealth, Data: c.event}}
			}
			if !slices.Equal(events, want) {
				t.Errorf("events %v, want %v", events, want)
			}
			if got := fmt.Sprint(n.states()[:2]); got != c.states {
				t.Errorf("states %s, want %s", got, c.states)
			}
		})
	}
	n.must("PUT", "/upstreams/idle", doc{})
	n.must("POST", "/upstreams/idle/targets", doc{"target": "a:1"})
	n.send("PUT", "/upstreams/idle/targets/a:1/healthy", nil).want(t, 400, said("Upstream idle has no balancer"))
}
