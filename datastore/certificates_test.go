package datastore_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/datastore"
)

// certificateBody is JSON of a certificate with more members.
func certificateBody(t *testing.T, p pki, more string) string {
	t.Helper()
	return `{"cert":"` + jsonText(t, p.cert) + `","key":"` + jsonText(t, p.key) + `"` + more + `}`
}

// names lists the server names of a certificate as their own rows have them.
func (g *gateway) names(certificate string) string {
	g.Helper()
	var names []string
	e := g.db.Model().Entity("snis")
	rows, _, err := g.db.Page(g.Context(), e, datastore.PageOptions{
		Size: 100, Parent: datastore.Key{Field: "certificate", Value: certificate},
	})
	if err != nil {
		g.Fatal(err)
	}
	for _, row := range rows {
		names = append(names, row["name"].(string))
	}
	return strings.Join(names, " ")
}

func TestServerNamesOfCertificates(t *testing.T) {
	g := newGateway(t)
	p := newPKI(t)
	for _, c := range []struct{ op, body, want string }{
		{"upsert", certificateBody(t, p, ``), `[]`},
		{"update", `{"snis":["b.example","a.example"]}`, `["a.example","b.example"]`},
		{"update", `{"tags":["t"]}`, `["a.example","b.example"]`},
		{"update", `{"snis":["c.example","b.example"]}`, `["b.example","c.example"]`},
		{"select", ``, `["b.example","c.example"]`},
		{"update", `{"snis":null}`, `[]`},
		{"upsert", certificateBody(t, p, `,"snis":["*.example"]`), `["*.example"]`},
		{"upsert", certificateBody(t, p, `,"snis":["a.example","*.example"]`), `["*.example","a.example"]`},
		{"upsert", certificateBody(t, p, ``), `[]`},
		{"update", `{"snis":["d.example"]}`, `["d.example"]`},
		{"update", `{"snis":"e.example"}`, `["d.example"]`}, // no list says nothing of names
		{"update", `{"snis":{"a":"e.example"}}`, `[]`},
		{"update", `{"snis":["d.example"]}`, `["d.example"]`},
		{"update", `{"snis":[]}`, `[]`},
	} {
		row := g.must(c.op, "certificates", id1, c.body)
		expect(t, row, `{"snis":`+c.want+`}`)
	}
	second := g.must("insert", "certificates", "", certificateBody(t, p, `,"snis":["a.example"]`))
	expect(t, second, `{"snis":["a.example"]}`)
	page, _, err := g.db.Page(t.Context(), g.db.Model().Entity("certificates"), datastore.PageOptions{Size: 10})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range page {
		if want := map[bool]string{true: "[]", false: "[a.example]"}[row["id"] == id1]; fmt.Sprint(row["snis"]) != want {
			t.Errorf("%s: snis %v, want %s", row["id"], row["snis"], want)
		}
	}
}

// TestCertificateInUse is about a certificate that can't be deleted: it keeps its names.
func TestCertificateInUse(t *testing.T) {
	g := newGateway(t)
	g.must("upsert", "certificates", id1, certificateBody(t, newPKI(t), `,"snis":["a.example"]`))
	g.must("insert", "upstreams", "", `{"id":"`+id2+`","name":"u","client_certificate":{"id":"`+id1+`"}}`)
	_, err := g.do("delete", "certificates", id1, nil)
	refused(t, err, datastore.CodeForeignKeyViolation)
	if names := g.names(id1); names != "a.example" {
		t.Errorf("names %q", names)
	}
	g.must("delete", "upstreams", id2, "")
	g.must("delete", "certificates", id1, "")
	if _, err := g.do("select", "snis", "a.example", nil); datastore.ErrorCode(err) != datastore.CodeNotFound {
		t.Errorf("the name is left: %v", err)
	}
}

// TestRefusedCertificate is about a body that is wrong in its certificate: no name is made for it.
func TestRefusedCertificate(t *testing.T) {
	g := newGateway(t)
	_, err := g.do("insert", "certificates", "", parse(t, `{"id":"`+id1+`","cert":"x","key":"y","snis":["a.example"]}`))
	refused(t, err, datastore.CodeSchemaViolation)
	if names := g.names(id1); names != "" {
		t.Errorf("names %q", names)
	}
}
