package balancer_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/balancer"
)

// active is an upstream of which both sides are probed every 20 ms, and of which one outcome decides.
func active() balancer.Upstream {
	return balancer.Upstream{Name: "up", Healthchecks: balancer.Healthchecks{Active: balancer.ActiveChecks{
		Timeout: 30 * time.Second, Concurrency: 10, HTTPPath: "/status",
		HealthyInterval: 20 * time.Millisecond, UnhealthyInterval: 20 * time.Millisecond,
		Criteria: balancer.Criteria{
			HealthyStatuses: []int{200}, UnhealthyStatuses: []int{500},
			Successes: 1, HTTPFailures: 1, TCPFailures: 1, Timeouts: 1,
		},
	}}}
}

// serveHTTP runs an HTTP server on a listener until the returned function is called.
func serveHTTP(l net.Listener, handle http.HandlerFunc) (stop func()) {
	server := &httptest.Server{Listener: l, Config: &http.Server{Handler: handle}}
	server.Start()
	return server.Close
}

func TestServerGoesDownAndComesUp(t *testing.T) {
	options := newOptions(t)
	var mu sync.Mutex
	var changes []string
	options.OnChange = func(c balancer.Change) {
		mu.Lock()
		defer mu.Unlock()
		changes = append(changes, fmt.Sprintf("%v>%v", c.From, c.To))
	}
	ok := func(http.ResponseWriter, *http.Request) {}
	l := listen(t, "127.0.0.1:0")
	address := l.Addr().String()
	stop := serveHTTP(l, ok)
	b := newBalancer(t, active(), []balancer.Target{{Target: address, Weight: 100}}, options)

	stop()
	eventually(t, "the server is found down", func() bool { return health(b)[address] == balancer.HealthDown })
	if _, err := b.Pick(); !errors.Is(err, balancer.ErrNoPeer) {
		t.Errorf("got %v, want %v", err, balancer.ErrNoPeer)
	}
	stop = serveHTTP(listen(t, address), ok)
	defer stop()
	eventually(t, "the server is found up", func() bool { return health(b)[address] == balancer.HealthUp })
	if _, err := b.Pick(); err != nil {
		t.Error(err)
	}
	mu.Lock()
	defer mu.Unlock()
	if want := []string{"healthy>unhealthy", "unhealthy>healthy"}; !slices.Equal(changes, want) {
		t.Errorf("changes %v, want %v", changes, want)
	}
}

func TestStatusOfProbesDecides(t *testing.T) {
	var status atomic.Int32
	status.Store(200)
	var probes atomic.Int32
	l := listen(t, "127.0.0.1:0")
	defer serveHTTP(l, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(int(status.Load()))
		probes.Add(1)
	})()
	address := l.Addr().String()
	b := newBalancer(t, active(), []balancer.Target{{Target: address, Weight: 100}}, newOptions(t))
	expect := func(answer int, want balancer.Health) {
		t.Helper()
		status.Store(int32(answer))
		seen := probes.Load()
		eventually(t, "three more probes", func() bool { return probes.Load() >= seen+3 })
		if got := health(b)[address]; got != want {
			t.Errorf("with status %d: %s, want %s", answer, got, want)
		}
	}
	expect(200, balancer.HealthUp)
	expect(404, balancer.HealthUp) // in neither list
	expect(500, balancer.HealthDown)
	expect(404, balancer.HealthDown)
	expect(200, balancer.HealthUp)
}

func TestPassiveFailureIsRepairedByProbes(t *testing.T) {
	l := listen(t, "127.0.0.1:0")
	defer serveHTTP(l, func(http.ResponseWriter, *http.Request) {})()
	u := active()
	u.Healthchecks.Passive.TCPFailures = 1
	address := l.Addr().String()
	b := newBalancer(t, u, []balancer.Target{{Target: address, Weight: 100}}, newOptions(t))
	b.Report(find(t, b, address), balancer.TCPFailure)
	eventually(t, "it is up again", func() bool { return health(b)[address] == balancer.HealthUp })
}

func TestFirstProbeComesAfterOneInterval(t *testing.T) {
	const interval = 300 * time.Millisecond
	probed := make(chan time.Time, 100)
	l := listen(t, "127.0.0.1:0")
	defer serveHTTP(l, func(http.ResponseWriter, *http.Request) {
		select {
		case probed <- time.Now():
		default:
		}
	})()
	u := active()
	u.Healthchecks.Active.HealthyInterval = interval
	start := time.Now()
	newBalancer(t, u, []balancer.Target{{Target: l.Addr().String(), Weight: 100}}, newOptions(t))
	if waited := (<-probed).Sub(start); waited < interval {
		t.Errorf("probed after %v", waited)
	}
}

func TestOnlyTheConfiguredSideIsProbed(t *testing.T) {
	var good, bad, weightless atomic.Int32
	count := func(n *atomic.Int32) string {
		l := listen(t, "127.0.0.1:0")
		t.Cleanup(serveHTTP(l, func(http.ResponseWriter, *http.Request) { n.Add(1) }))
		return l.Addr().String()
	}
	u := active()
	u.Healthchecks.Active.Successes = 0 // nothing comes back
	u.Healthchecks.Active.HealthyInterval = 0
	goodAddress, badAddress := count(&good), count(&bad)
	b := newBalancer(t, u, targets(t, goodAddress+"=1 "+badAddress+"=1 "+count(&weightless)+"=0"), newOptions(t))
	bad0 := netip.MustParseAddrPort(badAddress)
	if err := b.SetHealth("127.0.0.1", bad0.Addr(), bad0.Port(), false); err != nil {
		t.Fatal(err)
	}
	eventually(t, "five probes", func() bool { return bad.Load() >= 5 })
	if good.Load() > 0 || weightless.Load() > 0 {
		t.Errorf("%d probes of the healthy target, %d of the one without weight", good.Load(), weightless.Load())
	}
}

func TestProbesPerUpstreamAreBounded(t *testing.T) {
	const limit = 3
	var under, most, probes atomic.Int32
	l := listen(t, "0.0.0.0:0")
	defer serveHTTP(l, func(http.ResponseWriter, *http.Request) {
		now := under.Add(1)
		defer under.Add(-1)
		for seen := most.Load(); now > seen && !most.CompareAndSwap(seen, now); seen = most.Load() {
		}
		time.Sleep(5 * time.Millisecond)
		probes.Add(1)
	})()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	var list []balancer.Target
	for i := range 30 {
		list = append(list, balancer.Target{Target: fmt.Sprintf("127.0.0.%d:%s", i+1, port), Weight: 1})
	}
	u := active()
	u.Healthchecks.Active.Concurrency = limit
	newBalancer(t, u, list, newOptions(t))
	eventually(t, "two rounds, and as many at a time as may be", func() bool {
		return probes.Load() >= 60 && most.Load() >= limit
	})
	if n := most.Load(); n > limit {
		t.Errorf("%d probes at a time, want %d", n, limit)
	}
}

func TestCloseDoesNotWaitForSlowProbes(t *testing.T) {
	l := listen(t, "127.0.0.1:0")
	u := active()
	u.Healthchecks.Active.Timeout = time.Hour
	options := newOptions(t)
	b := newBalancer(t, u, []balancer.Target{{Target: l.Addr().String(), Weight: 100}}, options)
	conn, err := l.Accept() // and never answer
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	b.Close() // does not return unless it ends the probe
	if err := conn.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, conn); err != nil {
		t.Errorf("the probe goes on: %v", err)
	}
	if got := health(b)[l.Addr().String()]; got != balancer.HealthUp {
		t.Errorf("the probe that was cut short counted: %s", got)
	}
}

func TestFrequentRebuildsDoNotPutOffProbes(t *testing.T) {
	const interval = 100 * time.Millisecond
	var probes atomic.Int32
	l := listen(t, "127.0.0.1:0")
	defer serveHTTP(l, func(w http.ResponseWriter, _ *http.Request) {
		// A probe lasts longer than a balancer.
		time.Sleep(50 * time.Millisecond)
		w.WriteHeader(500)
		probes.Add(1)
	})()
	u := active()
	u.Healthchecks.Active.HealthyInterval = interval
	u.Healthchecks.Active.HTTPFailures = 3
	address := l.Addr().String()
	options := newOptions(t)
	current := balancer.New(t.Context(), u, []balancer.Target{{Target: address, Weight: 100}}, options)
	rebuilds := 0
	eventually(t, "the target is found down", func() bool {
		options.Previous = current
		next := balancer.New(t.Context(), u, []balancer.Target{{Target: address, Weight: 1 + rebuilds%100}}, options)
		current.Close()
		current = next
		rebuilds++
		time.Sleep(10 * time.Millisecond)
		return health(current)[address] == balancer.HealthDown
	})
	current.Close()
}

func TestChangedIntervalTakesEffect(t *testing.T) {
	var probes atomic.Int32
	l := listen(t, "127.0.0.1:0")
	defer serveHTTP(l, func(http.ResponseWriter, *http.Request) { probes.Add(1) })()
	list := []balancer.Target{{Target: l.Addr().String(), Weight: 100}}
	options := newOptions(t)
	next := func(interval time.Duration) {
		u := active()
		u.Healthchecks.Active.HealthyInterval = interval
		b := newBalancer(t, u, list, options)
		if options.Previous != nil {
			options.Previous.Close()
		}
		options.Previous = b
	}
	next(time.Hour)
	next(5 * time.Millisecond)
	eventually(t, "probes begin", func() bool { return probes.Load() >= 3 })
	next(0)
	// One round may be under way; after it there is none.
	eventually(t, "probes end", func() bool {
		before := probes.Load()
		time.Sleep(100 * time.Millisecond)
		return probes.Load() == before
	})
	next(5 * time.Millisecond)
	seen := probes.Load()
	eventually(t, "probes begin again", func() bool { return probes.Load() >= seen+3 })
}

func TestSuccessorOfAClosedBalancerIsProbed(t *testing.T) {
	l := listen(t, "127.0.0.1:0")
	list := []balancer.Target{{Target: l.Addr().String(), Weight: 100}}
	l.Close()
	options := newOptions(t)
	options.Previous = newBalancer(t, active(), list, options)
	options.Previous.Close()
	b := newBalancer(t, active(), list, options)
	eventually(t, "nobody listens", func() bool { return health(b)[list[0].Target] == balancer.HealthDown })
}

func TestTCPProbesBelongToStreams(t *testing.T) {
	tests := []struct {
		kind   string
		stream bool
		probed bool
	}{
		{"http", false, true}, {"http", true, false}, {"tcp", false, false}, {"tcp", true, true}, {"grpc", false, true},
	}
	for _, test := range tests {
		t.Run(fmt.Sprintf("%s in stream %v", test.kind, test.stream), func(t *testing.T) {
			l := listen(t, "127.0.0.1:0")
			address := l.Addr().String()
			l.Close()
			options := newOptions(t)
			options.Stream = test.stream
			u := active()
			u.Healthchecks.Active.Type = test.kind
			b := newBalancer(t, u, []balancer.Target{{Target: address, Weight: 100}}, options)
			if test.probed {
				eventually(t, "nobody listens", func() bool { return health(b)[address] == balancer.HealthDown })
				return
			}
			time.Sleep(100 * time.Millisecond) // five intervals
			if got := health(b)[address]; got != balancer.HealthUp {
				t.Errorf("got %s, want %s", got, balancer.HealthUp)
			}
		})
	}
}

func TestCheckerServesManyBalancers(t *testing.T) {
	options := newOptions(t)
	var seen sync.Map
	l := listen(t, "127.0.0.1:0")
	defer serveHTTP(l, func(_ http.ResponseWriter, r *http.Request) {
		seen.Store(strings.TrimPrefix(r.URL.Path, "/"), true)
	})()
	for i := range 50 {
		u := active()
		u.Healthchecks.Active.HTTPPath = fmt.Sprintf("/%d", i)
		newBalancer(t, u, []balancer.Target{{Target: l.Addr().String(), Weight: 100}}, options)
	}
	for i := range 50 {
		eventually(t, "every balancer probes", func() bool {
			_, ok := seen.Load(fmt.Sprint(i))
			return ok
		})
	}
}
