package peers

import (
	"slices"
	"time"
)

// Work is one thing that proxies do.
type Work struct {
	Name string
	// Unit is what the cost is divided by: a request, or a gigabyte that crossed the proxy; any other is that of a cost
	// which is not CPU time.
	Unit string

	contenders []contender // the first is what the others are compared with
}

// contender is one line of the table.
type contender struct {
	name string
	kind string // of the proxy
	// fresh says that each turn is that of a process of its own.
	fresh bool
	do    measurement
}

// A measurement has a proxy do something for about that long, and returns what the CPU time of the turn is divided by or, as
// the unit of the work says, the cost itself.
type measurement func(p *proxy, duration time.Duration) (float64, error)

// Units of the cost.
const (
	perRequest    = "µs/request"
	perGigabyte   = "s/GB"
	perConnection = "KiB/connection"
	milliseconds  = "ms"
	mebibytes     = "MiB"
)

// idleConnections is how many connections are held open to see what one costs.
const idleConnections = 5_000

// Who does which work.
var (
	everyone = []string{"nginx", "haproxy", "fasthttp", "net/http", nameBaseline, "kongo"}
	upgraded = []string{"nginx", "haproxy", "net/http", nameBaseline, "kongo"}
	byRoutes = []string{"kongo, 1 route", "kongo, 1,000 routes", "kongo, 10,000 routes", "kongo, 100,000 routes"}
	alone    = []string{nameBaseline, "kongo"}
)

// each has kinds of proxies do the same.
func each(kinds []string, do measurement) (c []contender) {
	for _, name := range kinds {
		c = append(c, contender{name: name, kind: name, do: do})
	}
	return c
}

// fresh is each with processes that did nothing before.
func fresh(kinds []string, do measurement) []contender {
	c := each(kinds, do)
	for i := range c {
		c[i].fresh = true
	}
	return c
}

// Works returns all works, in the order of the table.
func Works() []Work {
	return []Work{
		{Name: "small GET, c=1", Unit: perRequest, contenders: each(everyone, saturated(1, get(pathSmall)))},
		{Name: "small GET, c=32", Unit: perRequest, contenders: each(everyone, saturated(32, get(pathSmall)))},
		{Name: "small GET, c=128", Unit: perRequest, contenders: each(everyone, saturated(128, get(pathSmall)))},
		{Name: "small GET, 2,000 requests/s", Unit: perRequest, contenders: each(everyone, steady(32, 2_000, get(pathSmall)))},
		{Name: "1 MiB response", Unit: perGigabyte, contenders: each(everyone, moved(saturatedLoad(8, get(pathMiB))))},
		{Name: "16 MiB response", Unit: perGigabyte, contenders: each(everyone, moved(saturatedLoad(4, get(path16MiB))))},
		{Name: "1 MiB chunked response", Unit: perGigabyte, contenders: each(everyone, moved(saturatedLoad(8, get(pathChunked))))},
		{Name: "POST 64 KiB", Unit: perRequest, contenders: each(everyone, saturated(32, post(pathSmall, 64<<10)))},
		{Name: "TLS 1.3 keepalive, small GET", Unit: perRequest, contenders: each(everyone, encrypted(32, get(pathSmall)))},
		{Name: "WebSocket, 64 KiB each way", Unit: perGigabyte, contenders: each(upgraded, moved(tunnelled(32, 64<<10)))},
		{Name: "routes, paths seen before", Unit: perRequest, contenders: each(byRoutes, saturated(32, routed(false)))},
		{Name: "routes, paths never seen", Unit: perRequest, contenders: each(byRoutes, saturated(32, routed(true)))},
		{Name: "5,000 idle connections", Unit: perConnection, contenders: fresh(everyone, held(idleConnections))},
		{Name: "start until the first 200", Unit: milliseconds, contenders: fresh(everyone, firstAnswer)},
		{Name: "start until the first 200, CPU time", Unit: milliseconds, contenders: fresh(everyone, firstAnswerCPU)},
		{Name: "POST /config with 10,000 routes until in force", Unit: milliseconds, contenders: fresh(alone, configured)},
		{Name: "POST /config with 10,000 routes, memory after", Unit: mebibytes, contenders: fresh(alone, memoryConfigured)},
		{Name: "POST /config with 10,000 routes, peak of memory", Unit: mebibytes, contenders: fresh(alone, peakConfigured(1))},
		{Name: "POST /config with 10,000 routes, five times, peak of memory", Unit: mebibytes, contenders: fresh(alone, peakConfigured(5))},
		{Name: "change to one of 100,000 routes until requests see it", Unit: milliseconds, contenders: []contender{
			{name: "kongo", kind: nameStored, do: seen},
		}},
		{Name: "change to the service of 100,000 routes until in force", Unit: milliseconds, contenders: []contender{
			{name: "kongo", kind: nameStored, do: serviceChanged},
		}},
		{Name: "p99 at 2,000 requests/s, 100,000 routes", Unit: milliseconds, contenders: []contender{
			{name: "kongo, no changes", kind: nameStored, do: p99(0)},
			{name: "kongo, 5 changes/s", kind: nameStored, do: p99(changeRate)},
		}},
		{Name: "memory with 100,000 stored routes", Unit: mebibytes, contenders: []contender{
			{name: "kongo, no changes", kind: nameStored, do: resident},
			{name: "kongo, peak at 5 changes/s", kind: nameStored, do: peak(changing)},
			{name: "kongo, peak at a change to their service", kind: nameStored, do: peak(changingService)},
		}},
		{Name: "memory with 100,000 routes in a file", Unit: mebibytes, contenders: []contender{
			{name: "kongo, no changes", kind: nameReloaded, do: resident},
			{name: "kongo, peak at SIGHUP", kind: nameReloaded, do: peak(reloading)},
		}},
	}
}

// needsRunning reports whether a kind of proxy has to run through all rounds for a work.
func (w *Work) needsRunning(kind string) bool {
	return slices.ContainsFunc(w.contenders, func(c contender) bool { return c.kind == kind && !c.fresh })
}
