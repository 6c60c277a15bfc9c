package datastore_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/datastore"
)

// refusal is one line of testdata/refusals.jsonl: what Kong 3.9.1 was seen to answer to an operation, after some others.
// An operation is a list of its name, the entity, the key and the body.
type refusal struct {
	Name  string
	After [][4]any
	Do    [4]any
	// Form marks a body of text, as forms have it.
	Form  bool
	Error struct {
		Code    datastore.Code
		Name    string
		Message string
		Fields  map[string]any
		Options map[string]any
	}
}

// TestRefusals compares the errors of a DB with recorded ones, to the letter. Texts that begin with a dollar stand for
// certificates and keys.
func TestRefusals(t *testing.T) {
	text, err := os.ReadFile("testdata/refusals.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	pki := newPKI(t)
	replace := strings.NewReplacer("$cert", jsonText(t, pki.cert), "$key", jsonText(t, pki.key), "$other", jsonText(t, pki.other),
		"$authority", jsonText(t, pki.authority), "$digest", pki.digest)
	// What is refused changes nothing, so operations that need nothing before them share a gateway.
	shared := newGateway(t)
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		line := replace.Replace(lines.Text())
		decoder := json.NewDecoder(strings.NewReader(line))
		decoder.UseNumber()
		var r refusal
		if err := decoder.Decode(&r); err != nil {
			t.Fatalf("%v in %s", err, lines.Text())
		}
		t.Run(r.Name, func(t *testing.T) {
			if r.After == nil {
				r.test(&gateway{T: t, db: shared.db})
				return
			}
			t.Parallel()
			r.test(newGateway(t))
		})
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
}

// jsonText is s as it stands between the quotes of a JSON string.
func jsonText(t *testing.T, s string) string {
	t.Helper()
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Trim(string(text), `"`)
}

func (r *refusal) test(g *gateway) {
	for _, operation := range r.After {
		if err := r.run(g, operation); err != nil {
			g.Fatalf("%v: %v", operation, err)
		}
	}
	err := r.run(g, r.Do)
	var got *datastore.Error
	if !errors.As(err, &got) {
		g.Fatalf("got %v, want: %s", err, r.Error.Message)
	}
	want := r.Error
	// What follows the fixed words comes from the library that compiles regular expressions.
	const library = "(PCRE returned: "
	if before, _, found := strings.Cut(want.Message, library); found {
		if !strings.HasPrefix(got.Message, before+library) {
			g.Errorf("message %s, want %s", got.Message, want.Message)
		}
		return
	}
	if got.Code != want.Code || got.Name != want.Name {
		g.Errorf("code %d, %s, want %d, %s", got.Code, got.Name, want.Code, want.Name)
	}
	if got.Message != want.Message {
		g.Errorf("message\n%s\nwant\n%s", got.Message, want.Message)
	}
	if !sameJSON(g.T, got.Fields, want.Fields) || !sameJSON(g.T, got.Options, want.Options) {
		g.Errorf("fields %v, options %v, want %v, %v", got.Fields, got.Options, want.Fields, want.Options)
	}
}

func (r *refusal) run(g *gateway, operation [4]any) error {
	text := func(i int) string {
		s, _ := operation[i].(string)
		return s
	}
	body, err := json.Marshal(operation[3])
	if err != nil {
		g.Fatal(err)
	}
	doc := parse(g.T, string(body))
	if r.Form {
		doc = g.db.Model().Entity(text(1)).Coerce(doc)
	}
	_, err = g.do(text(0), text(1), text(2), doc)
	return err
}

func sameJSON(t *testing.T, a, b any) bool {
	t.Helper()
	var decoded [2]any
	for i, v := range []any{a, b} {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &decoded[i]); err != nil {
			t.Fatal(err)
		}
	}
	return reflect.DeepEqual(decoded[0], decoded[1])
}
