package router_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"unsafe"

	"github.com/google/uuid"

	"github.com/kongo-gateway/kongo/proxy/router"
)

// shape is a way in which the routes of a large installation differ from each other: in the number that takes the
// place of the # in these texts.
type shape struct {
	name               string
	host, path, tenant string // of route number #; tenant is a header
	requestHost        string // of a request for it
	requestPath        string // begins the path of a request for it
}

var shapes = []shape{
	{"host+path", "svc-#.test", "/api/v1/things-#", "", "svc-#.test", "/api/v1/things-#/"},
	{"one host", "api.test", "/api/v1/things-#", "", "api.test", "/api/v1/things-#/"},
	{"path", "", "/api/v1/things-#/items", "", "api.test", "/api/v1/things-#/items/"},
	{"wildcard host", "*.tenant-#.test", "", "", "www.tenant-#.test", "/"},
	{"regex", "", `~/api/v1/things-#/\d+$`, "", "api.test", "/api/v1/things-#/"},
	{"header", "", "/api/v1", "t#", "api.test", "/api/v1/"},
}

func (s shape) routes(count int) []router.Route {
	routes := make([]router.Route, count)
	for i := range routes {
		text := func(pattern string) string { return strings.Replace(pattern, "#", strconv.Itoa(i), 1) }
		routes[i].ID = uuid.NewSHA1(uuid.Nil, fmt.Append(nil, i)).String()
		if s.host != "" {
			routes[i].Hosts = []string{text(s.host)}
		}
		if s.path != "" {
			routes[i].Paths = []string{text(s.path)}
		}
		if s.tenant != "" {
			routes[i].Headers = map[string][]string{"X-Tenant": {text(s.tenant)}}
		}
	}
	return routes
}

// requestWriter writes requests over each other, as a server does. If it did not, a benchmark of many requests would
// measure how long it takes to fetch them from memory.
type requestWriter struct {
	shape              shape
	host, path, tenant []byte
	lines              headerLines
	request            router.Request
}

// write returns the request for route i under a path that ends in salt.
func (w *requestWriter) write(i, salt int) *router.Request {
	w.host = appendNumbered(w.host[:0], w.shape.requestHost, i)
	w.path = strconv.AppendInt(appendNumbered(w.path[:0], w.shape.requestPath, i), int64(salt), 10)
	w.request.Host, w.request.Path = view(w.host), view(w.path)
	if w.shape.tenant != "" {
		w.tenant = appendNumbered(w.tenant[:0], w.shape.tenant, i)
		w.lines = append(w.lines[:0],
			router.HeaderLine{Name: "Host", Value: w.request.Host},
			router.HeaderLine{Name: "Accept", Value: "*/*"},
			router.HeaderLine{Name: "X-Tenant", Value: view(w.tenant)})
		w.request.Headers = &w.lines
	}
	return &w.request
}

func appendNumbered(dst []byte, pattern string, number int) []byte {
	before, after, numbered := strings.Cut(pattern, "#")
	dst = append(dst, before...)
	if numbered {
		dst = strconv.AppendInt(dst, int64(number), 10)
	}
	return append(dst, after...)
}

func view(text []byte) string { return unsafe.String(unsafe.SliceData(text), len(text)) }

// BenchmarkMatch asks for one route again and again, and for all of them in random order, each under a path that was
// never seen before. Both include the writing of the request.
func BenchmarkMatch(b *testing.B) {
	for _, s := range shapes {
		for _, count := range []int{1, 1_000, 10_000, 100_000} {
			r, errs := router.New(s.routes(count), router.Options{})
			if errs != nil {
				b.Fatal(errs)
			}
			w := requestWriter{shape: s}
			var result router.Result
			b.Run(fmt.Sprintf("%s/%d/repeated", s.name, count), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if request := w.write(count/2, 0); !r.Match(request, &result) {
						b.Fatalf("no match for %+v", request)
					}
				}
			})
			b.Run(fmt.Sprintf("%s/%d/unseen", s.name, count), func(b *testing.B) {
				b.ReportAllocs()
				random := rand.New(rand.NewPCG(1, 2))
				for salt := 0; b.Loop(); salt++ {
					if request := w.write(random.IntN(count), salt); !r.Match(request, &result) {
						b.Fatalf("no match for %+v", request)
					}
				}
			})
		}
	}
}

// BenchmarkWith changes one route of 100,000.
func BenchmarkWith(b *testing.B) {
	for _, s := range shapes {
		routes := s.routes(100_000)
		r, _ := router.New(routes, router.Options{})
		b.Run(s.name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				changed := i * 7919 % len(routes)
				r, _ = r.With(routes[changed:changed+1], nil)
			}
		})
	}
}

// BenchmarkNew makes a router of 100,000 routes, and tells how much memory it keeps for each.
func BenchmarkNew(b *testing.B) {
	for _, s := range shapes {
		routes := s.routes(100_000)
		b.Run(s.name, func(b *testing.B) {
			before := liveBytes()
			var r *router.Router
			for b.Loop() {
				r, _ = router.New(routes, router.Options{})
			}
			b.ReportMetric(float64(liveBytes()-before)/float64(len(routes)), "live-B/route")
			runtime.KeepAlive(r)
		})
	}
}

func liveBytes() int64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}
