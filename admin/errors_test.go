package admin_test

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// refused is a request that is refused. Values that begin with a dollar stand for certificates and keys.
type refused struct {
	Name   string
	Before []struct {
		Method, Path string
		Body         any
	}
	Method, Path string
	JSON         any
	Form         string
	Status       int
	Want         doc
}

// TestRecordedErrors sends what Kong 3.9.1 was seen to refuse.
func TestRecordedErrors(t *testing.T) {
	onEveryStore(t, func(t *testing.T, start starter) { testErrors(t, start, "testdata/errors.jsonl") })
}

// TestErrors sends what is wrong in every field, one at a time and together, as JSON and as a form.
func TestErrors(t *testing.T) {
	onEveryStore(t, func(t *testing.T, start starter) { testErrors(t, start, "testdata/refusals.jsonl") })
}

func testErrors(t *testing.T, start starter, name string) {
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	nodes := map[string]*node{} // by what was done before: what is refused changes nothing
	pki := newPKI(t)
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		var c refused
		if err := json.Unmarshal([]byte(pki.inJSON(lines.Text())), &c); err != nil {
			t.Fatal(err)
		}
		before := encoded(t, c.Before)
		if nodes[before] == nil {
			nodes[before] = start(t)
			for _, b := range c.Before {
				nodes[before].must(b.Method, b.Path, b.Body)
			}
		}
		t.Run(c.Name, func(t *testing.T) { c.send(t, nodes[before]) })
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
}

func (c *refused) send(t *testing.T, n *node) {
	body := c.JSON
	if c.Form != "" {
		body = c.Form
	}
	got := n.send(c.Method, c.Path, body)
	if strings.Contains(c.Name, "regex path broken") {
		cutLibraryText(t, got.object(), c.Want)
	}
	got.want(t, c.Status, c.Want)
}

// cutLibraryText cuts what a regular expression library says of a pattern from both errors.
func cutLibraryText(t *testing.T, errs ...doc) {
	const kongs = "(PCRE returned: "
	for _, e := range errs {
		message, _ := e["message"].(string)
		fields, _ := e["fields"].(doc)
		paths, _ := fields["paths"].([]any)
		if len(paths) != 1 {
			t.Fatalf("no error of one path: %v", e)
		}
		text, _ := paths[0].(string)
		e["message"], _, _ = strings.Cut(message, kongs)
		paths[0], _, _ = strings.Cut(text, kongs)
	}
}
