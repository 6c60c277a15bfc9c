package peers

import (
	"strings"
	"time"
)

// Work is one thing that proxies do.
type Work struct {
	Name string
	// Unit is what the cost is divided by: a request, a gigabyte that crossed the proxy, or a connection.
	Unit string

	proxies []string // by name; the first is what the others are compared with
	do      func(p *proxy, duration time.Duration) (done float64, err error)
	idle    bool // the cost is memory, not CPU time, and of a process that did nothing before
}

// Units of the cost.
const (
	perRequest    = "µs/request"
	perGigabyte   = "s/GB"
	perConnection = "KiB/connection"
)

// idleConnections is how many connections are held open to see what one costs.
const idleConnections = 5_000

var (
	everyone = []string{"nginx", "haproxy", "fasthttp", "net/http", nameBaseline, "kongo"}
	byRoutes = []string{"kongo, 1 route", "kongo, 1,000 routes", "kongo, 10,000 routes", "kongo, 100,000 routes"}
)

// Works returns all works, in the order of the table.
func Works() []Work {
	works := []Work{
		{Name: "small GET, c=1", Unit: perRequest, do: saturated(1, get(pathSmall))},
		{Name: "small GET, c=32", Unit: perRequest, do: saturated(32, get(pathSmall))},
		{Name: "small GET, c=128", Unit: perRequest, do: saturated(128, get(pathSmall))},
		{Name: "small GET, 2,000 requests/s", Unit: perRequest, do: steady(32, 2_000, get(pathSmall))},
		{Name: "1 MiB response", Unit: perGigabyte, do: moved(saturatedLoad(8, get(pathMiB)))},
		{Name: "16 MiB response", Unit: perGigabyte, do: moved(saturatedLoad(4, get(path16MiB)))},
		{Name: "1 MiB chunked response", Unit: perGigabyte, do: moved(saturatedLoad(8, get(pathChunked)))},
		{Name: "POST 64 KiB", Unit: perRequest, do: saturated(32, post(pathSmall, 64<<10))},
		{Name: "TLS 1.3 keepalive, small GET", Unit: perRequest, do: encrypted(32, get(pathSmall))},
		{
			Name: "WebSocket, 64 KiB each way", Unit: perGigabyte, do: moved(tunnelled(32, 64<<10)),
			proxies: []string{"nginx", "haproxy", "net/http", nameBaseline, "kongo"},
		},
		{Name: "routes, paths seen before", Unit: perRequest, do: saturated(32, routed(false)), proxies: byRoutes},
		{Name: "routes, paths never seen", Unit: perRequest, do: saturated(32, routed(true)), proxies: byRoutes},
		{Name: "5,000 idle connections", Unit: perConnection, do: held(idleConnections), idle: true},
	}
	for i := range works {
		if works[i].proxies == nil {
			works[i].proxies = everyone
		}
	}
	return works
}

// loaded runs a load against a proxy and returns it when it has run.
type loaded func(p *proxy, duration time.Duration) (*load, error)

// saturatedLoad keeps connections busy all the time.
func saturatedLoad(connections int, request maker) loaded {
	return func(p *proxy, duration time.Duration) (*load, error) {
		l, err := newLoad(p.plain, connections, request(p))
		if err != nil {
			return nil, err
		}
		defer l.close()
		return l, l.saturate(duration)
	}
}

// saturated counts the requests of such a load.
func saturated(connections int, request maker) func(*proxy, time.Duration) (float64, error) {
	return counted(saturatedLoad(connections, request))
}

// steady sends so many requests a second.
func steady(connections, rate int, request maker) func(*proxy, time.Duration) (float64, error) {
	return counted(func(p *proxy, duration time.Duration) (*load, error) {
		l, err := newLoad(p.plain, connections, request(p))
		if err != nil {
			return nil, err
		}
		defer l.close()
		return l, l.steadily(rate, duration)
	})
}

// tunnelled sends bytes through upgraded connections and waits for them to come back.
func tunnelled(connections, size int) loaded {
	upgrade := []byte("GET " + pathEcho + " HTTP/1.1\r\nHost: example.com\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
	frame := []byte(strings.Repeat("w", size))
	return func(p *proxy, duration time.Duration) (*load, error) {
		l, err := newLoad(p.plain, connections, always(frame)(p))
		if err != nil {
			return nil, err
		}
		defer l.close()
		if err := l.upgrade(upgrade, size); err != nil {
			return nil, err
		}
		return l, l.saturate(duration)
	}
}

func counted(run loaded) func(*proxy, time.Duration) (float64, error) {
	return func(p *proxy, duration time.Duration) (float64, error) {
		l, err := run(p, duration)
		if err != nil {
			return 0, err
		}
		return float64(l.completed), nil
	}
}

func moved(run loaded) func(*proxy, time.Duration) (float64, error) {
	return func(p *proxy, duration time.Duration) (float64, error) {
		l, err := run(p, duration)
		if err != nil {
			return 0, err
		}
		return float64(l.bytes) / 1e9, nil
	}
}

// held opens connections, makes a request on each, and returns their number while they are open; the cost is what memory
// has grown by until then.
func held(connections int) func(*proxy, time.Duration) (float64, error) {
	return func(p *proxy, duration time.Duration) (float64, error) {
		if _, err := saturated(atATime, get(pathSmall))(p, duration/4); err != nil {
			return 0, err // what it needs for any request at all is not the cost of a connection
		}
		before, err := p.residentKiB()
		if err != nil {
			return 0, err
		}
		l, err := newLoad(p.plain, connections, get(pathSmall)(p))
		if err != nil {
			return 0, err
		}
		defer l.close()
		if err := l.once(); err != nil {
			return 0, err
		}
		time.Sleep(duration) // what is given back late is given back, too
		after, err := p.residentKiB()
		if err != nil {
			return 0, err
		}
		return float64(after-before) / float64(connections), nil
	}
}
