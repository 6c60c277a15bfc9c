package admin_test

import (
	"fmt"
	"testing"
)

func TestCertificatesByServerName(t *testing.T) { onEveryStore(t, testCertificatesByServerName) }

func testCertificatesByServerName(t *testing.T, start starter) {
	n := start(t)
	p := newPKI(t)
	unknown := said("SNI not found")
	missing := doc{
		"code": 6, "name": "not found", "message": `could not find the entity with primary key '{id="` + two + `"}'`,
		"fields": doc{"id": two},
	}
	shows := func(method, path string, body, id any, snis string) {
		t.Helper()
		got := n.must(method, path, body)
		if id != nil && got["id"] != id || fmt.Sprint(got["snis"]) != "["+snis+"]" {
			t.Errorf("%s %s: certificate %v with %v, want %v with %v", method, path, got["id"], got["snis"], id, snis)
		}
	}

	n.send("POST", "/certificates", p.certificate(doc{"id": one, "snis": []string{"b.example", "*.a.example"}})).want(t, 201, nil)
	shows("GET", "/certificates/"+one, nil, one, "*.a.example b.example")
	shows("GET", "/certificates/b.example", nil, one, "*.a.example b.example")
	shows("GET", "/certificates/%2A.a.example", nil, one, "*.a.example b.example")
	shows("PATCH", "/certificates/b.example", doc{"tags": []string{"t"}}, one, "*.a.example b.example")
	shows("PATCH", "/certificates/b.example", "snis=c.example", one, "c.example")
	shows("PATCH", "/certificates/"+one, "snis[]=c.example&snis[]=b.example", one, "b.example c.example")
	shows("PUT", "/certificates/b.example", p.certificate(doc{"snis": []string{"d.example"}}), one, "b.example d.example")
	shows("PUT", "/certificates/b.example", p.certificate(doc{"snis": []string{"b.example"}}), one, "b.example")
	shows("PUT", "/certificates/b.example", p.certificate(nil), one, "")

	shows("PUT", "/certificates/new.example", p.certificate(doc{"snis": []string{}}), nil, "new.example")
	shows("PUT", "/certificates/other.example", p.certificate(nil), nil, "")
	n.send("GET", "/certificates/other.example", nil).want(t, 404, unknown)

	for _, method := range []string{"GET", "HEAD", "PATCH", "DELETE", "POST", "OPTIONS"} {
		want := any(unknown)
		if method == "HEAD" {
			want = nil
		}
		n.send(method, "/certificates/none.example", nil).want(t, 404, want)
	}
	for _, children := range []string{"snis", "services", "upstreams"} {
		for _, method := range []string{"GET", "POST"} {
			n.send(method, "/certificates/none.example/"+children, doc{}).want(t, 404, unknown)
		}
		n.send("PUT", "/certificates/none.example/"+children+"/x", doc{}).want(t, 404, unknown)
	}
	n.send("GET", "/certificates/1.2.3.4", nil).want(t, 400, doc{
		"code": 10, "name": "invalid unique name", "message": "must not be an IP",
	})
	n.send("GET", "/certificates/"+two, nil).want(t, 404, missing)
	n.send("HEAD", "/certificates/"+two, nil).want(t, 404, nil)
	n.send("PATCH", "/certificates/"+two, doc{}).want(t, 404, missing)
	n.send("DELETE", "/certificates/"+two, nil).want(t, 204, nil)
	n.send("OPTIONS", "/certificates/"+two, nil).want(t, 204, nil)
	n.send("OPTIONS", "/certificates/new.example", nil).want(t, 204, nil)

	n.send("DELETE", "/certificates/new.example", nil).want(t, 204, nil)
	n.send("GET", "/snis/new.example", nil).want(t, 404, said("Not found"))
	if got := n.send("GET", "/certificates", nil); fmt.Sprint(got.names("snis")) != "[[] []]" {
		t.Errorf("certificates %s", got.text)
	}
}

func TestBelowCertificates(t *testing.T) { onEveryStore(t, testBelowCertificates) }

func testBelowCertificates(t *testing.T, start starter) {
	n := start(t)
	p := newPKI(t)
	n.must("PUT", "/certificates/"+one, p.certificate(doc{"snis": []string{"a.example"}}))
	n.must("PUT", "/certificates/"+two, p.certificate(nil))
	made := n.send("POST", "/certificates/a.example/snis", doc{"name": "b.example"})
	made.want(t, 201, nil)
	n.send("GET", "/certificates/"+one+"/snis/b.example", nil).want(t, 200, made.body)
	n.send("GET", "/certificates/"+two+"/snis/b.example", nil).want(t, 404, said("Not found"))
	n.send("GET", "/snis/b.example/certificate", nil).want(t, 404, said("Not found"))
	n.send("PUT", "/certificates/"+two+"/snis/a.example", doc{}).want(t, 200, nil)
	if got := n.must("GET", "/certificates/"+two, nil)["snis"]; fmt.Sprint(got) != "[a.example]" {
		t.Errorf("snis %v", got)
	}
	n.send("POST", "/certificates/b.example/services", doc{"host": "h", "protocol": "https"}).want(t, 201, nil)
	n.send("POST", "/certificates/b.example/upstreams", doc{"name": "u"}).want(t, 201, nil)
	n.send("GET", "/upstreams/u/client_certificate", nil).want(t, 200, n.must("GET", "/certificates/b.example", nil))
	n.send("DELETE", "/certificates/"+one+"/snis/b.example", nil).want(t, 204, nil)
	n.send("DELETE", "/certificates/"+one, nil).want(t, 400, nil)
}

func TestAuthorities(t *testing.T) { onEveryStore(t, testAuthorities) }

func testAuthorities(t *testing.T, start starter) {
	n := start(t)
	p := newPKI(t)
	made := n.must("PUT", "/ca_certificates/"+one, doc{"cert": p["authority"], "tags": []string{"t"}})
	if made["cert_digest"] != p["digest"] {
		t.Errorf("digest %v, want %s", made["cert_digest"], p["digest"])
	}
	byName := doc{
		"code": 1, "name": "invalid primary key", "message": `invalid primary key: '{id="expected a valid UUID"}'`,
		"fields": doc{"id": "expected a valid UUID"},
	}
	for _, method := range []string{"GET", "PUT", "PATCH", "DELETE"} {
		n.send(method, "/ca_certificates/x", doc{}).want(t, 400, byName)
	}
	n.must("PATCH", "/ca_certificates/"+one, doc{"tags": nil})
	n.must("DELETE", "/ca_certificates/"+one, nil)
	n.send("GET", "/ca_certificates/"+one, nil).want(t, 404, said("Not found"))
}
