package bench

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strconv"
	"testing"
	"time"
	"unsafe"

	"github.com/google/uuid"

	"github.com/kongo-gateway/kongo/balancer"
	"github.com/kongo-gateway/kongo/proxy/router"
	"github.com/kongo-gateway/kongo/proxy/upstream"
)

// Match measures the search for a route among some number of routes with a host and a path each: one path again and again,
// and paths of routes at random that were never seen before.
func Match(b *testing.B) {
	for _, count := range []int{1, 10_000, 100_000} {
		routes := make([]router.Route, count)
		for i := range routes {
			routes[i] = router.Route{
				ID:    uuid.NewSHA1(uuid.Nil, fmt.Append(nil, i)).String(),
				Hosts: []string{fmt.Sprintf("host-%d.example.com", i/10)},
				Paths: []string{fmt.Sprintf("/api/v1/resource-%d", i)},
			}
		}
		r, errs := router.New(routes, router.Options{})
		if errs != nil {
			b.Fatal(errs)
		}
		for _, fresh := range []bool{false, true} {
			name := fmt.Sprintf("%d/repeated", count)
			if fresh {
				name = fmt.Sprintf("%d/unseen", count)
			}
			b.Run(name, func(b *testing.B) { match(b, r, count, fresh) })
		}
	}
}

func match(b *testing.B, r *router.Router, count int, fresh bool) {
	var host, path []byte
	var request router.Request
	var result router.Result
	random := rand.New(rand.NewPCG(1, 2))
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		route := count / 2
		if fresh {
			route = random.IntN(count)
		}
		host = append(strconv.AppendInt(append(host[:0], "host-"...), int64(route/10), 10), ".example.com"...)
		path = append(strconv.AppendInt(append(path[:0], "/api/v1/resource-"...), int64(route), 10), '/')
		if fresh {
			path = strconv.AppendInt(path, int64(n), 36)
		}
		request = router.Request{
			Host: unsafe.String(&host[0], len(host)), Path: unsafe.String(&path[0], len(path)), Method: "GET",
		}
		if !r.Match(&request, &result) {
			b.Fatalf("no route for %s%s", host, path)
		}
	}
}

// Pick measures the choice among the targets of an upstream, with a report of the outcome.
func Pick(b *testing.B) {
	for _, count := range []int{1, 10, 1_000} {
		b.Run(strconv.Itoa(count), func(b *testing.B) {
			checker := balancer.NewChecker()
			defer checker.Close()
			targets := make([]balancer.Target, count)
			for i := range targets {
				targets[i] = balancer.Target{Target: fmt.Sprintf("10.0.%d.%d:80", i/250, i%250+1), Weight: 100}
			}
			balancer := balancer.New(b.Context(), balancer.Upstream{Name: "server"}, targets, balancer.Options{Checker: checker})
			defer balancer.Close()
			b.ReportAllocs()
			for b.Loop() {
				address, err := balancer.Pick()
				must(b, err)
				balancer.Report(address, 200)
			}
		})
	}
}

// Pool measures an exchange with an upstream server over a pooled connection.
func Pool(b *testing.B) {
	pool := upstream.NewPool(upstream.Options{PoolSize: 512, IdleTimeout: time.Minute})
	defer pool.Close()
	addr, err := netip.ParseAddrPort(listen(b, blunt(answerOf(smallBody, ""))))
	must(b, err)
	peer := pool.Peer(addr, nil)
	request := &upstream.Request{Head: []byte(plainRequest), Repeatable: true, Timeouts: upstream.Timeouts{Read: time.Minute}}
	b.ReportAllocs()
	for b.Loop() {
		response, err := peer.RoundTrip(request)
		must(b, err)
		if body, whole := response.Whole(); !whole || len(body) != smallBody {
			b.Fatalf("got %d bytes", len(body))
		}
		response.Release()
	}
}
