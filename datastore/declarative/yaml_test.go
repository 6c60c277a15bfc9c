package declarative_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/datastore/declarative"
)

// TestScalars looks at which words and numbers without quotes are text. Tags have to be.
func TestScalars(t *testing.T) {
	for value, isText := range map[string]bool{
		"plain": true, "'1'": true, `"true"`: true, "!!str 1": true, "1.2.3": true, "1_a": true, "08x": true, "2024-01-02": true,
		"yes-no": true, "0x": true, "0o17": true, "n": true, "y": true,
		"1": false, "-1": false, "1_000": false, "0x1F": false, "0b11": false, "1e3": false, ".5": false, "1:30": false,
		"yes": false, "Off": false, "TRUE": false, "~": false, "{a: 1}": false, "[a]": false,
	} {
		t.Run(value, func(t *testing.T) {
			t.Parallel()
			text := "_format_version: '3.0'\nservices:\n- host: h\n  tags:\n  - " + value + "\n"
			_, err := start(t).parser.Parse(declarative.Source{Text: []byte(text)})
			if (err == nil) != isText {
				t.Errorf("error %v", err)
			}
		})
	}
}

// TestNumbers looks at the values of numbers in YAML.
func TestNumbers(t *testing.T) {
	for value, want := range map[string]string{
		"5": "5", "0x10": "16", "010": "8", "1_0": "10", "0b101": "5", "1:30": "90", "5.0": "5", "5e1": "50", "+7": "7", "~": "null", "": "null",
	} {
		t.Run(value, func(t *testing.T) {
			t.Parallel()
			services := start(t).load(t, "_format_version: '3.0'\nservices:\n- host: h\n  retries: "+value+"\n")["services"]
			equal(t, "retries", services[onlyID(services)]["retries"], want)
		})
	}
}

// TestAliases loads documents with anchors, aliases and merges.
func TestAliases(t *testing.T) {
	services := start(t).load(t, `
_format_version: "3.0"
_ignore:
- &defaults {retries: 7, tags: &tags [a, b], port: 81}
services:
- <<: *defaults
  name: one
  host: h
  port: 82
- name: two
  host: h
  <<: [{retries: 8}, *defaults]
  tags: *tags
`)["services"]
	for _, s := range services {
		want := `[7, 82, ["a", "b"]]`
		if s["name"] == "two" {
			want = `[8, 81, ["a", "b"]]`
		}
		equal(t, s["name"].(string), []any{s["retries"], s["port"], s["tags"]}, want)
	}
	if len(services) != 2 {
		t.Errorf("services %v", services)
	}
}

// TestBounds looks at documents that take more than their share.
func TestBounds(t *testing.T) {
	laughs := "a0: &a0 [" + strings.Repeat("lol,", 9) + "lol]\n"
	for i := range 9 {
		n, next := strconv.Itoa(i), strconv.Itoa(i+1)
		laughs += "a" + next + ": &a" + next + " [" + strings.Repeat("*a"+n+", ", 9) + "*a" + n + "]\n"
	}
	for _, c := range []struct{ name, text, want string }{
		{"a billion laughs", laughs, "aliases stand for more than 1000000 values"},
		{"an alias inside itself", "a: &a [*a]", "stands for something that it is part of"},
		{"an alias of nothing", "a: *b", "unknown anchor 'b' referenced"},
		{"deep JSON", document(`"x": ` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000)), "nested deeper than 1000 levels"},
		{"deep YAML", "a: " + strings.Repeat("[", 5000) + strings.Repeat("]", 5000), "nested deeper than 1000 levels"},
		{"deep YAML by indentation", deepYAML(3000), "nested deeper than 1000 levels"},
		{"too many values", "a: [" + strings.Repeat("1,", 5_000_000) + "]", "more than 4000000 values"},
		{"a number out of range", document(`"_ignore": [1e999]`), "a number is out of range"},
		{"no number", "a: .nan", "a number is out of range"},
		{"a name that is no text", "? [a]\n: b", "the name of a member has to be text"},
		{"a value that does not fit its tag", "a: !!int x", "invalid '!!int' value: 'x'"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, _ := start(t).refuse(t, c.text).Fields["error"].(string)
			if !strings.Contains(got, c.want) {
				t.Errorf("%.200s, want %s", got, c.want)
			}
		})
	}
}

func deepYAML(depth int) string {
	var b strings.Builder
	for i := range depth {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}

// TestLargeFile reads a file of a hundred megabytes, which is not read.
func TestLargeFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kong.yml")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, 100<<20); err != nil {
		t.Fatal(err)
	}
	if _, err := declarative.ReadFile(path); err == nil || !strings.Contains(err.Error(), "larger than 64 MiB") {
		t.Errorf("error %v", err)
	}
}

// TestLargeText parses more text than a document may have.
func TestLargeText(t *testing.T) {
	n := start(t)
	_, err := n.parser.Parse(declarative.Source{Text: bytes.Repeat([]byte("#"), declarative.MaxText+1)})
	if err == nil || !strings.Contains(err.Error(), "larger than 64 MiB") {
		t.Errorf("error %v", err)
	}
}
