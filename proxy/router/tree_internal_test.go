package router

import (
	"maps"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

var asciiLetters = unicode.RangeTable{R16: []unicode.Range16{{Lo: 'A', Hi: 'Z', Stride: 1}, {Lo: 'a', Hi: 'z', Stride: 1}}, LatinOffset: 2}

// TestTreeIsAMap compares trees with maps, each generation again when all are done.
func TestTreeIsAMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type generation struct {
			tree   node[int]
			values map[string]int
		}
		// Labels and lists of first bytes have another form when they are long.
		few, many := rapid.StringOfN(rapid.RuneFrom([]rune("abc")), 0, 5, -1), rapid.StringOfN(rapid.RuneFrom(nil, &asciiLetters), 0, 2, -1)
		stretched := rapid.Map(few, func(key string) string { return strings.ReplaceAll(key, "b", strings.Repeat("b", shortLabel)) })
		key := rapid.OneOf(few, many, stretched)
		var generations []generation
		var tree node[int]
		values := map[string]int{}
		for e := range edit(rapid.IntRange(1, 5).Draw(t, "generations")) {
			for range rapid.IntRange(0, 100).Draw(t, "changes") {
				key, value := key.Draw(t, "key"), rapid.IntRange(0, 3).Draw(t, "value")
				tree.update(e+1, key, func(present *int) bool {
					if *present != values[key] {
						t.Fatalf("%q has %d, want %d", key, *present, values[key])
					}
					*present = value
					return value != 0
				})
				if values[key] = value; value == 0 {
					delete(values, key)
				}
			}
			generations = append(generations, generation{tree, maps.Clone(values)})
		}
		for _, g := range generations {
			found := map[string]int{}
			if !g.tree.empty() {
				collect(t, &g.tree, "", found)
			}
			if !maps.Equal(found, g.values) {
				t.Fatalf("tree holds %v, want %v", found, g.values)
			}
		}
	})
}

// collect reads a whole tree, and checks that it is as small as it can be.
func collect(t *rapid.T, n *node[int], path string, found map[string]int) {
	path += n.label.text()
	if n.held {
		found[path] = n.value
	} else if len(n.children) < 2 {
		t.Fatalf("node %q is of no use", path)
	}
	if int(n.firsts.length) != len(n.children) {
		t.Fatalf("node %q has %d children but %q", path, len(n.children), n.firsts.text())
	}
	for i := range n.children {
		if child := &n.children[i]; !strings.HasPrefix(child.label.text(), n.firsts.text()[i:i+1]) {
			t.Fatalf("child %q of %q is known by %q", child.label.text(), path, n.firsts.text()[i])
		}
		collect(t, &n.children[i], path, found)
	}
}
