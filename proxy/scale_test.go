package proxy_test

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/declarative"
	"github.com/kongo-gateway/kongo/memory"
)

// crowd is a node with many routes.
type crowd struct {
	*node
	loader *declarative.Loader
	server *backend
}

func startCrowd(t testing.TB, routes int) *crowd {
	n := start(t, config{inMemory: true})
	store := n.store.Store.(*memory.Store)
	c := &crowd{n, declarative.NewLoader(declarative.NewParser(n.model, n.db.Workspace()), store, n.feed), startBackend(t, nil)}
	t.Cleanup(func() { n.must(c.loader.Close()) })
	c.load(c.document(routes))
	return c
}

// document is a configuration of services with fifty routes each.
func (c *crowd) document(routes int) []byte {
	var text strings.Builder
	text.WriteString(`{"_format_version":"3.0","services":[`)
	for i := range routes {
		if i%50 == 0 {
			if i > 0 {
				text.WriteString(`]},`)
			}
			fmt.Fprintf(&text, `{"name":"s%d","host":"127.0.0.1","port":%d,"routes":[`, i, c.server.port())
		} else {
			text.WriteByte(',')
		}
		fmt.Fprintf(&text, `{"name":"r%d","paths":["/group%d/item%d"],"hosts":["h%d.test"],"methods":["GET","POST"]}`, i, i%100, i, i%1000)
	}
	text.WriteString(`]}]}`)
	return []byte(text.String())
}

func (c *crowd) load(text []byte) {
	c.t.Helper()
	_, err := c.loader.Load(c.t.Context(), declarative.Source{Text: text})
	c.must(err)
}

// change gives a route another path and returns how long it took from the event until it was in force.
func (c *crowd) change(route, path string) time.Duration {
	c.t.Helper()
	e := c.model.Entity("routes")
	row, err := c.store.Select(c.t.Context(), e, datastore.Key{Field: "name", Value: route}, c.db.Workspace())
	c.must(err)
	row["paths"] = list(path)
	c.must(c.store.Update(c.t.Context(), e, row))
	begun := time.Now()
	c.tell("routes:" + datastore.DocumentID(row))
	return time.Since(begun)
}

// TestChangeAmongMany changes single routes of many. What it costs does not grow with what stays as it is.
func TestChangeAmongMany(t *testing.T) {
	const routes, changes = 10000, 20
	c := startCrowd(t, routes)
	var before, after runtime.MemStats
	var took []time.Duration
	var allocated uint64
	for i := range changes {
		runtime.ReadMemStats(&before)
		took = append(took, c.change(fmt.Sprintf("r%d", i*97), fmt.Sprintf("/changed%d", i)))
		runtime.ReadMemStats(&after)
		allocated = max(allocated, after.TotalAlloc-before.TotalAlloc)
		request := strings.Replace(get(fmt.Sprintf("/changed%d", i)), "Host: test", fmt.Sprintf("Host: h%d.test", i*97%1000), 1)
		if got := c.ask(request); got.status != 200 {
			t.Fatalf("change %d is not in force: got %s", i, got.line)
		}
	}
	slices.Sort(took)
	if median := took[changes/2]; median > 50*time.Millisecond {
		t.Errorf("a change took %v", median)
	}
	if limit := before.HeapAlloc * 3 / 10; allocated > limit {
		t.Errorf("a change allocated %d KiB, want %d KiB at most, which is three tenths of the heap", allocated>>10, limit>>10)
	}
	t.Logf("changes took %v to %v and %d KiB at most of a heap of %d KiB", took[0], took[changes-1], allocated>>10, before.HeapAlloc>>10)
}

// BenchmarkChange measures a change to one of many routes, from its event until it is in force.
func BenchmarkChange(b *testing.B) {
	for _, routes := range []int{1000, 10000, 100000} {
		b.Run(fmt.Sprint(routes), func(b *testing.B) {
			c := startCrowd(b, routes)
			b.ReportAllocs()
			b.ResetTimer()
			took := time.Duration(0)
			for i := range b.N {
				took += c.change(fmt.Sprintf("r%d", i*97%routes), fmt.Sprintf("/changed%d", i))
			}
			b.ReportMetric(float64(took.Microseconds())/float64(b.N)/1000, "ms/change")
		})
	}
}

// BenchmarkLoad measures a configuration of many routes, from its text until it is in force.
func BenchmarkLoad(b *testing.B) {
	for _, routes := range []int{10000, 100000} {
		b.Run(fmt.Sprint(routes), func(b *testing.B) {
			c := startCrowd(b, 50)
			text := c.document(routes)
			b.ResetTimer()
			for range b.N {
				c.load(text)
			}
		})
	}
}
