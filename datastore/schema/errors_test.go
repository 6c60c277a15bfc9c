package schema_test

import (
	"testing"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

func TestErrorMessages(t *testing.T) {
	for _, c := range []struct{ errs, want string }{
		{`{"host":"required field missing"}`, `schema violation (host: required field missing)`},
		{
			`{"host":"required field missing","flavour":"unknown field","@entity":["second","first"]}`,
			`4 schema violations (second; first; flavour: unknown field; host: required field missing)`,
		},
		{`{"tags":[null,"expected a string"]}`, `schema violation (tags.2: expected a string)`},
		{`{"tags":["a","b"]}`, `2 schema violations (tags.1: a; tags.2: b)`},
		{`{"service":{"id":"missing primary key"}}`, `schema violation (service.id: missing primary key)`},
		{
			`{"sources":[{"@entity":["at least one"]}]}`,
			"schema violation (sources.1: {\n  [\"@entity\"] = {\n    \"at least one\"\n  }\n})",
		},
		{
			`{"healthchecks":{"passive":{"healthy":{"http_statuses":[null,"between"]}}}}`,
			"schema violation (healthchecks.passive: {\n  healthy = {\n    http_statuses = {\n      [2] = \"between\"\n    }\n  }\n})",
		},
		{
			`{"config":{"scopes":"required field missing","@entity":["failed"]}}`,
			"2 schema violations (config.@entity: {\n  \"failed\"\n}; config.scopes: required field missing)",
		},
		{
			`{"config":{"add":{"a":"1","headers":["x"]}}}`,
			"schema violation (config.add: {\n  a = \"1\",\n  headers = {\n    \"x\"\n  }\n})",
		},
	} {
		if got := schema.Errors(document(t, c.errs)).Error(); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.errs, got, c.want)
		}
	}
}

func TestCompact(t *testing.T) {
	for value, want := range map[string]string{
		`{"name":"avocet"}`:                          `{name="avocet"}`,
		`{"consumer":{"id":"x"},"group":"birds"}`:    `{consumer={id="x"},group="birds"}`,
		`{"consumer":null,"name":"key-auth"}`:        `{consumer=null,name="key-auth"}`,
		`{"a":1,"b":1.5,"c":true,"d":null,"e":[]}`:   `{a=1,b=1.5,c=true,d=null,e={}}`,
		`{"services":[null,{"host":"missing"},"x"]}`: `{services={[2]={host="missing"},[3]="x"}}`,
		`{"services":["x",null,"y",null]}`:           `{services={"x",[3]="y"}}`,
		`{"@entity":["x"],"a-b":1,"1a":2,"_a1":3}`:   `{["1a"]=2,["@entity"]={"x"},_a1=3,["a-b"]=1}`,
		`{"a":"quote \" backslash \\ end"}`:          `{a="quote \" backslash \\ end"}`,
		`{"a":"two\nlines \"x\""}`:                   "{a=[[two\nlines \"x\"]]}",
		`"text"`:                                     `"text"`,
		`{}`:                                         `{}`,
		`{"":1}`:                                     `{[""]=1}`,
	} {
		if got := schema.Compact(parse(t, value)); got != want {
			t.Errorf("%s: %s, want %s", value, got, want)
		}
	}
}
