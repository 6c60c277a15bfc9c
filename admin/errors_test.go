package admin_test

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// recordedError is a request that Kong 3.9.1 refused.
type recordedError struct {
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

func TestRecordedErrors(t *testing.T) {
	file, err := os.Open("testdata/errors.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	nodes := map[string]*node{} // one for each section, whose rows have fixed ids
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		var c recordedError
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		section, _, _ := strings.Cut(c.Name, ":")
		if nodes[section] == nil {
			nodes[section] = start(t)
		}
		n := nodes[section]
		t.Run(c.Name, func(t *testing.T) {
			for _, b := range c.Before {
				n.must(b.Method, b.Path, b.Body)
			}
			body := c.JSON
			if c.Form != "" {
				body = c.Form
			}
			got := n.send(c.Method, c.Path, body)
			if strings.Contains(c.Name, "regex path broken") {
				cutLibraryText(t, got.object(), c.Want)
			}
			got.want(t, c.Status, c.Want)
		})
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
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
