package body_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/admin/body"
)

type doc = map[string]any

func TestDecodeJSON(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       doc // nil for an error
		list       bool
	}{
		{"object", `{"name":"x","on":true,"none":null}`, doc{"name": "x", "on": true, "none": nil}, false},
		{"whole numbers", `{"a":1e3,"b":1000.0,"c":-0,"d":9007199254740993}`,
			doc{"a": int64(1000), "b": int64(1000), "c": int64(0), "d": int64(9007199254740993)}, false},
		{"fractions", `{"a":80.5,"b":1e-3,"c":1e300}`, doc{"a": 80.5, "b": 0.001, "c": 1e300}, false},
		{"the last of two members counts", `{"tags":["a"],"tags":["b"]}`, doc{"tags": []any{"b"}}, false},
		{"a record replaced as a whole", `{"a":{"x":1},"a":{"y":2}}`, doc{"a": doc{"y": int64(2)}}, false},
		{"white space around", " \r\n\t{} \n", doc{}, false},
		{"escapes", `{"a":"\u00e9\ud83d\ude00\\\"\/"}`, doc{"a": `é😀\"/`}, false},
		{"empty list", `[]`, doc{}, false},
		{"list", `[1,"x"]`, doc{"1": int64(1), "2": "x"}, true},
		{"brackets in text", `{"a":"[[}"}`, doc{"a": "[[}"}, false},
		{"nothing", ``, nil, false},
		{"cut short", `{`, nil, false},
		{"no value", `{"a":}`, nil, false},
		{"something behind", `{"a":1}x`, nil, false},
		{"two values", `{}{}`, nil, false},
		{"text", `"str"`, nil, false},
		{"number", `1`, nil, false},
		{"null", `null`, nil, false},
		{"boolean", `true`, nil, false},
		{"no JSON", `not json`, nil, false},
		{"invalid UTF-8", "{\"a\":\"\xff\"}", nil, false},
		{"half a surrogate pair", `{"a":"\ud83d"}`, nil, false},
		{"two first halves", `{"a":"\ud83d\ud83d"}`, nil, false},
		{"a second half alone", `{"a":"\ude00"}`, nil, false},
		{"broken escape", `{"a":"\u12g4"}`, nil, false},
		{"too large a number", `{"a":[{"b":1e400}]}`, nil, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := body.Decode("application/json; charset=utf-8", []byte(c.text))
			if c.want == nil {
				if !errors.Is(err, body.ErrJSON) {
					t.Errorf("got %v, error %v; want %v", got.Document, err, body.ErrJSON)
				}
				return
			}
			if err != nil || !reflect.DeepEqual(got.Document, c.want) || got.List != c.list || got.Form {
				t.Errorf("got %#v, error %v; want %#v", got, err, c.want)
			}
		})
	}
}

func TestDecodeForm(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       doc // nil for an error
	}{
		{"nothing", "", doc{}},
		{"text", "name=a+b%21&host=", doc{"name": "a b!", "host": ""}},
		{"text with an equals sign", "url=http://x/?a=b", doc{"url": "http://x/?a=b"}},
		{"text with a semicolon", "a=1;b=2", doc{"a": "1;b=2"}},
		{"broken escapes are text", "a=%zz%4&b=%", doc{"a": "%zz%4", "b": "%"}},
		{"no equals sign", "enabled", doc{"enabled": true}},
		{"no name", "=x&&a=1", doc{"a": "1"}},
		{"repeated name", "tags=a&tags=b", doc{"tags": []any{"a", "b"}}},
		{"empty brackets", "tags[]=a&tags[]=b", doc{"tags": []any{"a", "b"}}},
		{"one value in empty brackets", "tags[]=a", doc{"tags": []any{"a"}}},
		{"positions", "tags[2]=b&tags[1]=a", doc{"tags": []any{"a", "b"}}},
		{"a far position", "tags[999999999]=z", doc{"tags": []any{"z"}}},
		{"nested record", "config.minute=5&config.redis.host=h", doc{"config": doc{"minute": "5", "redis": doc{"host": "h"}}}},
		{"foreign record", "service.id=x", doc{"service": doc{"id": "x"}}},
		{"list in nested records", "config.add.headers[1]=a:b", doc{"config": doc{"add": doc{"headers": []any{"a:b"}}}}},
		{"map whose value is a list", "headers.x-depth=9&headers.x-depth=10", doc{"headers": doc{"x-depth": []any{"9", "10"}}}},
		{"map entry in brackets", "headers[x-k]=1", doc{"headers": doc{"x-k": "1"}}},
		{"dots in brackets", "headers[a.b.c]=1", doc{"headers": doc{"a.b.c": "1"}}},
		{"list in a map", "headers[x][]=1&headers[x][]=2", doc{"headers": doc{"x": []any{"1", "2"}}}},
		{"map of records", "config.limits.sms.minute=10", doc{"config": doc{"limits": doc{"sms": doc{"minute": "10"}}}}},
		{"list of records", "sources[1].ip=a&sources[1].port=1&sources[2].ip=b",
			doc{"sources": []any{doc{"ip": "a", "port": "1"}, doc{"ip": "b"}}}},
		{"list of records without positions", "sources[].ip=a&sources[].port=1", doc{"sources": []any{doc{"ip": "a", "port": "1"}}}},
		{"brackets encoded twice", "tags%255B1%255D=a&h%255bx%255d=b", doc{"tags": []any{"a"}, "h": doc{"x": "b"}}},
		{"brackets encoded once", "tags%5B1%5D=a", doc{"tags": []any{"a"}}},
		{"dot in front", ".a.b=1", doc{".a.b": "1"}},
		{"dot behind", "a.b.=1", doc{"a.b.": "1"}},
		{"two dots", "a..b=1", doc{"a": doc{"b": "1"}}},
		{"open bracket", "a[b=1&a]c=2", doc{"a[b": "1", "a]c": "2"}},
		{"brackets in front", "[1]=x", doc{"[1]": "x"}},
		{"value and record", "a=1&a.b=2", doc{"a": doc{"1": "1", "b": "2"}}},
		{"value and list", "a[1]=x&a=y", doc{"a": []any{"x", "y"}}},
		{"invalid UTF-8 in a value", "a=%ff", doc{"a": "\xff"}},
		{"invalid UTF-8 in a name", "%ff=a", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := body.Decode("application/x-www-form-urlencoded", []byte(c.text))
			if c.want == nil {
				if !errors.Is(err, body.ErrForm) {
					t.Errorf("got %v, error %v; want %v", got.Document, err, body.ErrForm)
				}
				return
			}
			if err != nil || !reflect.DeepEqual(got.Document, c.want) || !got.Form || got.List {
				t.Errorf("got %#v, error %v; want %#v", got, err, c.want)
			}
		})
	}
}

func TestBounds(t *testing.T) {
	nested := func(n int) string { return `{"a":` + strings.Repeat("[", n-1) + strings.Repeat("]", n-1) + "}" }
	const form = "application/x-www-form-urlencoded"
	for _, c := range []struct {
		name, contentType, text string
		want                    error
	}{
		{"a thousand levels", "application/json", nested(1000), nil},
		{"a level more", "application/json", nested(1001), body.ErrJSON},
		{"brackets in text are no levels", "application/json", `{"a":"` + strings.Repeat("[", 2000) + `"}`, nil},
		{"a thousand steps", form, strings.Repeat("a.", 999) + "a=1", nil},
		{"a step more", form, strings.Repeat("a.", 1000) + "a=1", body.ErrForm},
		{"too many brackets", form, "a" + strings.Repeat("[]", 1000) + "=1", body.ErrForm},
		{"a thousand arguments", form, strings.Repeat("a=1&", 1000), nil},
		{"an argument more", form, strings.Repeat("a=1&", 1001), body.ErrTooMany},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := body.Decode(c.contentType, []byte(c.text)); !errors.Is(err, c.want) {
				t.Errorf("error %v, want %v", err, c.want)
			}
		})
	}
}

func TestDecodeMultipart(t *testing.T) {
	const contentType = "multipart/form-data; boundary=xx"
	part := func(header, text string) string { return "--xx\r\n" + header + "\r\n\r\n" + text + "\r\n" }
	name := func(n string) string { return `Content-Disposition: form-data; name="` + n + `"` }
	end := "--xx--\r\n"
	for _, c := range []struct {
		name, contentType, text string
		want                    doc
		err                     error
	}{
		{"values", contentType, part(name("name"), "a") + part(name("config.minute"), "5") + end,
			doc{"name": "a", "config": doc{"minute": "5"}}, nil},
		{"repeated name", contentType, part(name("tags"), "a") + part(name("tags"), "b") + end, doc{"tags": []any{"a", "b"}}, nil},
		{"file", contentType, part(name("key")+`; filename="k.pem"`, "PEM\r\nPEM") + end, doc{"key": "PEM\r\nPEM"}, nil},
		{"JSON record", contentType, part(name("config")+"\r\nContent-Type: application/json", `{"minute":5}`) +
			part(name("config.hour"), "6") + end, doc{"config": doc{"minute": int64(5), "hour": "6"}}, nil},
		{"JSON that does not parse is text", contentType, part(name("a")+"\r\nContent-Type: application/json", `{`) + end,
			doc{"a": "{"}, nil},
		{"JSON scalar is text", contentType, part(name("a")+"\r\nContent-Type: application/json", `5`) + end, doc{"a": "5"}, nil},
		{"no name", contentType, part("Content-Disposition: form-data", "a") + end, doc{}, nil},
		{"quoted boundary", `multipart/form-data; boundary="xx"`, part(name("a"), "b") + end, doc{"a": "b"}, nil},
		{"no boundary", "multipart/form-data", part(name("a"), "b") + end, nil, body.ErrMultipart},
		{"cut short", contentType, part(name("a"), "b"), nil, body.ErrMultipart},
		{"no parts", contentType, "rubbish", nil, body.ErrMultipart},
		{"invalid UTF-8", contentType, part(name("a"), "\xff") + end, nil, body.ErrMultipart},
		{"too many parts", contentType, strings.Repeat(part(name("a"), "b"), 1001) + end, nil, body.ErrTooMany},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := body.Decode(c.contentType, []byte(c.text))
			if !errors.Is(err, c.err) || c.err == nil && !reflect.DeepEqual(got.Document, c.want) {
				t.Errorf("got %#v, error %v; want %#v, error %v", got, err, c.want, c.err)
			}
		})
	}
}

func TestSupported(t *testing.T) {
	for _, c := range []struct {
		contentType string
		empty, want bool
	}{
		{"application/json", false, true},
		{"Application/JSON;charset=x", true, true},
		{"application/x-www-form-urlencoded", false, true},
		{"multipart/form-data; boundary=x", false, true},
		{"", true, true},
		{"", false, false},
		{"text/plain", true, false},
		{"application/vnd.api+json", false, false},
		{"application", false, false},
	} {
		if got := body.Supported(c.contentType, c.empty); got != c.want {
			t.Errorf("Supported(%q, %v) = %v", c.contentType, c.empty, got)
		}
	}
}

func TestArguments(t *testing.T) {
	args, err := body.ParseArguments("size=1&tags=a%2Cb&size=2&bare")
	if err != nil {
		t.Fatal(err)
	}
	if v, ok := args.First("tags"); v != "a,b" || !ok {
		t.Errorf("tags = %q, %v", v, ok)
	}
	if v, ok := args.First("size"); v != "1" || !ok || args.Count("size") != 2 {
		t.Errorf("size = %q, %v, %d times", v, ok, args.Count("size"))
	}
	if v, ok := args.First("nope"); v != "" || ok {
		t.Errorf("nope = %q, %v", v, ok)
	}
}
