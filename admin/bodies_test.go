package admin_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/admin"
)

func TestBodies(t *testing.T) {
	n := start(t, func(o *admin.Options) { o.MaxBody = 5000 })
	cannotParse := said("Cannot parse JSON body")
	hostMissing := doc{
		"code": 2, "name": "schema violation", "message": "schema violation (host: required field missing)",
		"fields": doc{"host": "required field missing"},
	}
	for _, c := range []struct {
		name, contentType, text string
		status                  int
		want                    any
	}{
		{"nothing", "", "", 400, hostMissing},
		{"JSON", "application/json; charset=utf-8", `{"host":"h"}`, 201, nil},
		{"empty JSON", jsonType, ``, 400, cannotParse},
		{"broken JSON", jsonType, `{`, 400, cannotParse},
		{"JSON list", jsonType, `[]`, 400, hostMissing},
		{"JSON text", jsonType, `"x"`, 400, cannotParse},
		{"deep nesting", jsonType, strings.Repeat("[", 2000) + strings.Repeat("]", 2000), 400, cannotParse},
		{"invalid UTF-8", jsonType, "{\"host\":\"\xff\"}", 400, cannotParse},
		{"form", formType, "host=h", 201, nil},
		{"empty form", formType, "", 400, hostMissing},
		{"invalid UTF-8 in a name of a form", formType, "host=h&%ff=a", 400, said("Cannot parse form body")},
		{"invalid UTF-8 in a form", formType, "host=h&tags=a%ff", 400, doc{
			"code": 2, "name": "schema violation", "message": "schema violation (tags.1: invalid utf-8 character sequence detected at position 2)",
			"fields": doc{"tags": []string{"invalid utf-8 character sequence detected at position 2"}},
		}},
		{"too many arguments", formType, strings.Repeat("a=&", 1001), 400, said("Too many arguments")},
		{"multipart", "multipart/form-data; boundary=x",
			"--x\r\nContent-Disposition: form-data; name=\"host\"\r\n\r\nh\r\n--x--\r\n", 201, nil},
		{"broken multipart", "multipart/form-data; boundary=x", "--y", 400, said("Cannot parse multipart body")},
		{"no type", "", `{"host":"h"}`, 415, nil},
		{"another type", "text/plain", `{"host":"h"}`, 415, nil},
		{"another type of JSON", "application/vnd.api+json", `{"host":"h"}`, 415, nil},
		{"YAML", "text/yaml", `host: h`, 415, nil},
		{"as large as may be", formType, "host=h&path=/" + strings.Repeat("x", 5000-len("host=h&path=/")), 201, nil},
		{"too large", formType, "host=h&path=/" + strings.Repeat("x", 5000), 413, said("Payload too large")},
	} {
		t.Run(c.name, func(t *testing.T) {
			n.sendAs(n.admin.URL, "POST", "/services", c.contentType, c.text).want(t, c.status, c.want)
		})
	}
	t.Run("too large in chunks", func(t *testing.T) {
		chunk := strings.Repeat("x", 6000)
		status, _, _ := n.raw(t, "POST /services HTTP/1.1\r\nHost: x\r\nContent-Type: "+formType+
			"\r\nTransfer-Encoding: chunked\r\n\r\n"+fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(chunk), chunk))
		if status != 413 {
			t.Errorf("status %d", status)
		}
	})
	t.Run("a body that does not count", func(t *testing.T) {
		n.sendAs(n.admin.URL, "DELETE", "/services/nope", jsonType, "").want(t, 204, nil)
		n.sendAs(n.admin.URL, "GET", "/services?size=1", jsonType, "{").want(t, 200, nil)
	})
	t.Run("unknown paths and methods come before bodies", func(t *testing.T) {
		n.sendAs(n.admin.URL, "POST", "/nope", "text/plain", "x").want(t, 404, nil)
		n.sendAs(n.admin.URL, "PUT", "/services", jsonType, "{").want(t, 405, nil)
		n.sendAs(n.admin.URL, "POST", "/config", "text/yaml", "a: b").want(t, 400, nil)
	})
	if got := n.send("GET", "/services?size=1000", nil); len(got.names("id")) != 4 {
		t.Errorf("services %v: refused bodies left something", got.names("id"))
	}
}

func TestTooManyArguments(t *testing.T) {
	n := start(t)
	n.send("GET", "/services?"+strings.Repeat("a&", 1000), nil).want(t, 200, nil)
	n.send("GET", "/services?"+strings.Repeat("a&", 1001), nil).want(t, 400, said("Too many arguments"))
}
