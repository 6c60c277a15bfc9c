package router

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestTextsAreAMap compares tables with maps, each generation again when all are done.
func TestTextsAreAMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type generation struct {
			table  texts[int]
			values map[string]int
		}
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		known := rapid.SampledFrom([]int{3, 30, 2 * mostSlots}).Draw(t, "texts")
		name := func(i int) string { return strings.Repeat("long", i%10) + fmt.Sprint(i) }
		key := func() string { return name(random.IntN(known)) }
		var generations []generation
		var table texts[int]
		values := map[string]int{}
		for e := range edit(rapid.IntRange(1, 5).Draw(t, "generations")) {
			removals := rapid.IntRange(2, 4).Draw(t, "one removal in")
			for range rapid.IntRange(0, 2*known).Draw(t, "changes") {
				key, value := key(), random.IntN(removals)
				table.update(e+1, key, func(present *int) bool {
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
			generations = append(generations, generation{table, maps.Clone(values)})
		}
		for _, g := range generations {
			held := 0
			for _, c := range g.table.chunks {
				held += c.count
				if c.count >= len(c.slots) {
					t.Fatalf("a chunk of %d slots is full", len(c.slots))
				}
			}
			if held != len(g.values) || g.table.empty() != (held == 0) {
				t.Fatalf("the table holds %d values, want %d", held, len(g.values))
			}
			for i := range known {
				key := name(i)
				value, held := g.values[key]
				if got := g.table.find(key); (got != nil) != held || held && *got != value {
					t.Fatalf("find(%q) = %v, want %d, %v", key, got, value, held)
				}
			}
		}
	})
}
