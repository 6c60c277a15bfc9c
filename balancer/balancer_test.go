package balancer_test

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"sync"
	"testing"

	"github.com/kongo-gateway/kongo/balancer"
)

func TestPickFailsWithoutUsableAddress(t *testing.T) {
	tests := []struct {
		name      string
		targets   string
		threshold float64
		unhealthy []string
		fails     bool
	}{
		{name: "no targets", fails: true},
		{name: "all weights 0", targets: "10.0.0.1:80=0 10.0.0.2:80=0", fails: true},
		{name: "one target", targets: "10.0.0.1:80=1"},
		{name: "no address for a name", targets: "nowhere.test:80=100", fails: true},
		{name: "all unhealthy", targets: "10.0.0.1:80=1", unhealthy: []string{"10.0.0.1"}, fails: true},
		{name: "one of two healthy", targets: "10.0.0.1:80=1 10.0.0.2:80=9", unhealthy: []string{"10.0.0.2"}},
		{name: "the only healthy one has no weight", targets: "10.0.0.1:80=1 10.0.0.2:80=0",
			unhealthy: []string{"10.0.0.1"}, fails: true},
		{name: "half is not more than 50 %", targets: "10.0.0.1:80=7 10.0.0.2:80=7", threshold: 50,
			unhealthy: []string{"10.0.0.1"}, fails: true},
		{name: "half is more than 49.9 %", targets: "10.0.0.1:80=7 10.0.0.2:80=7", threshold: 49.9,
			unhealthy: []string{"10.0.0.1"}},
		{name: "the weights count", targets: "10.0.0.1:80=1 10.0.0.2:80=9", threshold: 50,
			unhealthy: []string{"10.0.0.2"}, fails: true},
		{name: "100 % can never be exceeded", targets: "10.0.0.1:80=1", threshold: 100, fails: true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			u := passive()
			u.Healthchecks.Threshold = test.threshold
			b := newBalancer(t, u, targets(t, test.targets), newOptions(t))
			for _, host := range test.unhealthy {
				if err := b.SetHealth(host, netip.Addr{}, 80, false); err != nil {
					t.Fatal(err)
				}
			}
			a, err := b.Pick()
			if test.fails != errors.Is(err, balancer.ErrNoPeer) || test.fails != (a == nil) {
				t.Errorf("picked %v, error %v", a, err)
			}
			if healthy := b.Health().Healthy; healthy == test.fails {
				t.Errorf("healthy is %v", healthy)
			}
		})
	}
}

func TestUnhealthyShareGoesToTheOthersByWeight(t *testing.T) {
	b := newBalancer(t, passive(), targets(t, "10.0.0.1:80=100 10.0.0.2:80=200 10.0.0.3:80=300"), newOptions(t))
	bad := find(t, b, "10.0.0.3:80")
	b.Report(bad, 500)
	if got, want := shares(t, b, 300), map[string]int{"10.0.0.1:80": 100, "10.0.0.2:80": 200}; !maps.Equal(got, want) {
		t.Errorf("while it is down: %v, want %v", got, want)
	}
	b.Report(bad, 200)
	if got, want := shares(t, b, 6), map[string]int{"10.0.0.1:80": 1, "10.0.0.2:80": 2, "10.0.0.3:80": 3}; !maps.Equal(got, want) {
		t.Errorf("when it is back: %v, want %v", got, want)
	}
}

func TestEachBadOutcomeCounts(t *testing.T) {
	for _, outcome := range []balancer.Outcome{500, balancer.NoStatus, balancer.TCPFailure, balancer.Timeout} {
		b := newBalancer(t, passive(), targets(t, "10.0.0.1:80=1"), newOptions(t))
		b.Report(find(t, b, "10.0.0.1:80"), outcome)
		if _, err := b.Pick(); !errors.Is(err, balancer.ErrNoPeer) {
			t.Errorf("after outcome %d: got %v, want %v", outcome, err, balancer.ErrNoPeer)
		}
	}
}

func TestReportsAreIgnoredWhenChecksAreNotInUse(t *testing.T) {
	u := passive()
	u.Healthchecks.Passive = balancer.Criteria{UnhealthyStatuses: []int{500}, Successes: 5}
	b := newBalancer(t, u, targets(t, "10.0.0.1:80=1"), newOptions(t))
	a := find(t, b, "10.0.0.1:80")
	for range 300 {
		b.Report(a, 500)
		b.Report(a, balancer.Timeout)
	}
	if _, err := b.Pick(); err != nil {
		t.Error(err)
	}
}

func TestChangesAreTold(t *testing.T) {
	options := newOptions(t)
	var changes []string
	options.OnChange = func(c balancer.Change) {
		changes = append(changes, fmt.Sprintf("%s %s %v>%v", c.Upstream, c.Address.AddrPort, c.From, c.To))
	}
	u := passive()
	u.Healthchecks.Passive.TCPFailures = 2
	b := newBalancer(t, u, targets(t, "10.0.0.1:80=1"), options)
	a := find(t, b, "10.0.0.1:80")
	const good, bad = balancer.Outcome(200), balancer.TCPFailure
	for _, outcome := range []balancer.Outcome{good, bad, good, bad, bad, bad} {
		b.Report(a, outcome)
	}
	for _, healthy := range []bool{true, true, false} {
		if err := b.SetHealth("10.0.0.1", netip.Addr{}, 80, healthy); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{
		"up 10.0.0.1:80 healthy>mostly_healthy", "up 10.0.0.1:80 mostly_healthy>healthy",
		"up 10.0.0.1:80 healthy>mostly_healthy", "up 10.0.0.1:80 mostly_healthy>unhealthy",
		"up 10.0.0.1:80 unhealthy>healthy", "up 10.0.0.1:80 healthy>unhealthy",
	}
	if !slices.Equal(changes, want) {
		t.Errorf("told %q, want %q", changes, want)
	}
}

func TestOtherAlgorithmsAreServedByRoundRobin(t *testing.T) {
	for algorithm, want := range map[string]string{
		"": "", "round-robin": "",
		"consistent-hashing": "consistent-hashing", "least-connections": "least-connections", "latency": "latency",
	} {
		b := newBalancer(t, balancer.Upstream{Algorithm: algorithm}, targets(t, "10.0.0.1:80=1 10.0.0.2:80=1"), newOptions(t))
		if got := b.Substituted(); got != want {
			t.Errorf("%q: substituted %q, want %q", algorithm, got, want)
		}
		if got := shares(t, b, 10); got["10.0.0.1:80"] != 5 {
			t.Errorf("%q: picked %v", algorithm, got)
		}
	}
}

func TestAttachedValueComesWithThePick(t *testing.T) {
	options := newOptions(t)
	options.Attach = func(addr netip.AddrPort) any { return "pool of " + addr.String() }
	b := newBalancer(t, balancer.Upstream{}, targets(t, "10.0.0.1:80=1 [::1]:81=1"), options)
	for _, want := range []string{"10.0.0.1:80", "[::1]:81"} {
		if a := find(t, b, want); a.Value != "pool of "+want {
			t.Errorf("%s came with %v", want, a.Value)
		}
	}
}

// health returns the health of each address by its text.
func health(b *balancer.Balancer) map[string]balancer.Health {
	byAddress := map[string]balancer.Health{}
	for _, target := range b.Health().Targets {
		for _, a := range target.Addresses {
			byAddress[fmt.Sprintf("%s:%d", a.IP, a.Port)] = a.Health
		}
	}
	return byAddress
}

func TestHealthSurvivesARebuild(t *testing.T) {
	options := newOptions(t)
	u := passive()
	u.Healthchecks.Passive.HTTPFailures = 3
	first := balancer.New(t.Context(), u, targets(t, "10.0.0.1:80=1 10.0.0.2:80=1 10.0.0.3:80=1"), options)
	counted := find(t, first, "10.0.0.1:80")
	first.Report(counted, 500)
	first.Report(counted, 500)
	if err := first.SetHealth("10.0.0.2", netip.Addr{}, 80, false); err != nil {
		t.Fatal(err)
	}

	options.Previous = first
	second := balancer.New(t.Context(), u, targets(t, "10.0.0.1:80=7 10.0.0.2:80=1 10.0.0.2:81=1 10.0.0.4:80=1"), options)
	first.Report(counted, balancer.Timeout) // by a request that began before the change
	first.Close()
	first.Close()
	want := map[string]balancer.Health{
		"10.0.0.1:80": balancer.HealthDown, "10.0.0.2:80": balancer.HealthDown,
		"10.0.0.2:81": balancer.HealthUp, "10.0.0.4:80": balancer.HealthUp,
	}
	if got := health(second); !maps.Equal(got, want) {
		t.Errorf("after the first rebuild: %v, want %v", got, want)
	}
	if got, want := shares(t, second, 2), map[string]int{"10.0.0.2:81": 1, "10.0.0.4:80": 1}; !maps.Equal(got, want) {
		t.Errorf("after the first rebuild: picked %v, want %v", got, want)
	}

	// A balancer that was made and never used takes nothing away.
	options.Previous = second
	balancer.New(t.Context(), u, targets(t, "10.0.0.9:80=1"), options).Close()
	third := newBalancer(t, u, targets(t, "10.0.0.1:80=1 10.0.0.2:80=1"), options)
	second.Close()
	delete(want, "10.0.0.2:81")
	delete(want, "10.0.0.4:80")
	if got := health(third); !maps.Equal(got, want) {
		t.Errorf("after the second rebuild: %v, want %v", got, want)
	}
}

func TestHealthIsForgottenWithTheTarget(t *testing.T) {
	options := newOptions(t)
	for i, list := range []string{"10.0.0.1:80=1 10.0.0.2:80=1", "10.0.0.2:80=1", "10.0.0.1:80=1 10.0.0.2:80=1"} {
		b := newBalancer(t, passive(), targets(t, list), options)
		if options.Previous != nil {
			options.Previous.Close()
		}
		options.Previous = b
		if i == 0 {
			b.Report(find(t, b, "10.0.0.1:80"), 500)
		}
	}
	if got := health(options.Previous)["10.0.0.1:80"]; got != balancer.HealthUp {
		t.Errorf("got %s, want %s", got, balancer.HealthUp)
	}
}

func TestCountersSurviveARebuild(t *testing.T) {
	options := newOptions(t)
	u := passive()
	u.Healthchecks.Passive.HTTPFailures = 3
	first := balancer.New(t.Context(), u, targets(t, "10.0.0.1:80=1"), options)
	first.Report(find(t, first, "10.0.0.1:80"), 500)
	first.Report(find(t, first, "10.0.0.1:80"), 500)
	options.Previous = first
	second := newBalancer(t, u, targets(t, "10.0.0.1:80=1 10.0.0.2:80=1"), options)
	first.Close()
	second.Report(find(t, second, "10.0.0.1:80"), 500)
	if got := health(second)["10.0.0.1:80"]; got != balancer.HealthDown {
		t.Errorf("got %v, want %v", got, balancer.HealthDown)
	}
}

func TestNothingIsTakenOver(t *testing.T) {
	down := func(t *testing.T, options balancer.Options) *balancer.Balancer {
		b := balancer.New(t.Context(), passive(), targets(t, "10.0.0.1:80=1"), options)
		b.Report(find(t, b, "10.0.0.1:80"), 500)
		return b
	}
	t.Run("from a closed balancer", func(t *testing.T) {
		options := newOptions(t)
		options.Previous = down(t, options)
		options.Previous.Close()
		if _, err := newBalancer(t, passive(), targets(t, "10.0.0.1:80=1"), options).Pick(); err != nil {
			t.Error(err)
		}
	})
	t.Run("when health checks are switched off", func(t *testing.T) {
		options := newOptions(t)
		options.Previous = down(t, options)
		defer options.Previous.Close()
		if _, err := newBalancer(t, balancer.Upstream{}, targets(t, "10.0.0.1:80=1"), options).Pick(); err != nil {
			t.Error(err)
		}
	})
	t.Run("by another name for the address", func(t *testing.T) {
		options := newOptions(t)
		options.Previous = down(t, options)
		defer options.Previous.Close()
		if _, err := newBalancer(t, passive(), targets(t, "localhost:80=1 10.0.0.1:81=1"), options).Pick(); err != nil {
			t.Error(err)
		}
	})
}

func TestConcurrentUse(t *testing.T) {
	const hosts = 10
	list := func(n int) []balancer.Target {
		var list []balancer.Target
		for i := range hosts {
			list = append(list, balancer.Target{Target: fmt.Sprintf("10.0.0.%d:80", i), Weight: 1 + (i+n)%3})
		}
		return list
	}
	options := newOptions(t)
	options.OnChange = func(balancer.Change) {}
	var mu sync.RWMutex // stands in for the swap of snapshots
	current := balancer.New(t.Context(), passive(), list(0), options)
	use := func(f func(b *balancer.Balancer)) {
		mu.RLock()
		defer mu.RUnlock()
		f(current)
	}
	var users sync.WaitGroup
	for user := range 4 {
		users.Go(func() {
			for i := range 3000 {
				use(func(b *balancer.Balancer) {
					if a, err := b.Pick(); err == nil {
						b.Report(a, []balancer.Outcome{200, 500, balancer.Timeout, 200}[(i+user)%4])
					}
				})
			}
		})
	}
	users.Go(func() {
		for i := range 500 {
			use(func(b *balancer.Balancer) {
				if err := b.SetHealth(fmt.Sprintf("10.0.0.%d", i%hosts), netip.Addr{}, 80, i%4 != 0); err != nil {
					t.Error(err)
				}
				b.Health()
			})
		}
	})
	users.Go(func() {
		for i := range 200 {
			options.Previous = current
			next := balancer.New(t.Context(), passive(), list(i), options)
			mu.Lock()
			old := current
			current = next
			mu.Unlock()
			old.Close()
		}
	})
	users.Wait()
	defer current.Close()

	// What picks see must be what the states are.
	up := map[string]bool{}
	for address, h := range health(current) {
		if h == balancer.HealthUp {
			up[address] = true
		}
	}
	if len(up) == 0 {
		if _, err := current.Pick(); !errors.Is(err, balancer.ErrNoPeer) {
			t.Errorf("got %v, want %v", err, balancer.ErrNoPeer)
		}
		return
	}
	picked := map[string]bool{}
	for address := range shares(t, current, 100) {
		picked[address] = true
	}
	if !maps.Equal(picked, up) {
		t.Errorf("picked %v, but %v are healthy", picked, up)
	}
}
