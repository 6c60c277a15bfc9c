package body_test

import (
	"math"
	"testing"
	"unicode/utf8"

	"github.com/kongo-gateway/kongo/admin/body"
)

// FuzzDecode attacks the decoders with bodies of every content type.
func FuzzDecode(f *testing.F) {
	for _, text := range []string{
		`{"a":[1,2.5,null,{"b":"\ud83d\ude00"}]}`, `[[[]]]`, `{"a":1e400}`, `"\`,
		"a.b[c.d][1][]=x&a=y&a[]=z", "a[1]=x&a[2].b=y&%5B=%zz", ".=&[=&]=", "a%255Bb%255D=1",
		"--xx\r\nContent-Disposition: form-data; name=\"a[1]\"\r\nContent-Type: application/json\r\n\r\n{\"x\":[]}\r\n--xx--\r\n",
	} {
		for kind := range contentTypes {
			f.Add(uint8(kind), []byte(text))
		}
	}
	f.Fuzz(func(t *testing.T, kind uint8, data []byte) {
		got, err := body.Decode(contentTypes[int(kind)%len(contentTypes)], data)
		if err != nil {
			return
		}
		if got.Document == nil {
			t.Fatal("no document")
		}
		check(t, got.Document, 0)
	})
}

var contentTypes = []string{"application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=xx"}

// check wants a document within the bounds of package body. A part of a form may hold JSON, each of which is bounded.
func check(t *testing.T, v any, depth int) {
	if depth > 2001 {
		t.Fatal("nested too deep")
	}
	switch v := v.(type) {
	case nil, bool, int64:
	case float64:
		if math.IsInf(v, 0) || math.IsNaN(v) {
			t.Fatalf("%v is no number for a document", v)
		}
	case string: // of any bytes, in a form
	case []any:
		for _, element := range v {
			check(t, element, depth+1)
		}
	case map[string]any:
		for name, member := range v {
			if !utf8.ValidString(name) {
				t.Fatalf("the name %q is not UTF-8", name)
			}
			check(t, member, depth+1)
		}
	default:
		t.Fatalf("%T is no value of a document", v)
	}
}
