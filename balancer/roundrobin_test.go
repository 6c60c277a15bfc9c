package balancer_test

import (
	"errors"
	"fmt"
	"maps"
	"runtime"
	"sync"
	"testing"

	"github.com/kongo-gateway/kongo/balancer"
	"pgregory.net/rapid"
)

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// wheel returns the share of each target in one turn, and the length of the turn.
func wheel(list []balancer.Target) (want map[string]int, turn int) {
	divisor := 0
	for _, target := range list {
		divisor = gcd(target.Weight, divisor)
	}
	want = map[string]int{}
	for _, target := range list {
		if target.Weight > 0 {
			want[target.Target] = target.Weight / divisor
			turn += target.Weight / divisor
		}
	}
	return want, turn
}

func TestEveryTurnHasExactShares(t *testing.T) {
	options := newOptions(t)
	rapid.Check(t, func(rt *rapid.T) {
		weight := rapid.OneOf(rapid.IntRange(0, 10), rapid.SampledFrom([]int{100, 150, 1000, 65535}))
		var list []balancer.Target
		for i, w := range rapid.SliceOfN(weight, 1, 12).Draw(rt, "weights") {
			list = append(list, balancer.Target{Target: fmt.Sprintf("10.0.0.%d:80", i+1), Weight: w})
		}
		want, turn := wheel(list)
		b := balancer.New(t.Context(), balancer.Upstream{}, list, options)
		defer b.Close()
		if turn == 0 {
			if _, err := b.Pick(); !errors.Is(err, balancer.ErrNoPeer) {
				rt.Fatalf("got %v, want %v", err, balancer.ErrNoPeer)
			}
			return
		}
		shares(t, b, rapid.IntRange(0, min(turn, 1000)).Draw(rt, "before")) // a turn may begin anywhere
		if turn > 300_000 {
			return
		}
		if got := shares(t, b, turn); !maps.Equal(got, want) {
			rt.Fatalf("picked %v, want %v", got, want)
		}
	})
}

func TestConcurrentPicksHaveExactShares(t *testing.T) {
	list := targets(t, "10.0.0.1:80=1 10.0.0.2:80=2 10.0.0.3:80=5")
	b := newBalancer(t, balancer.Upstream{}, list, newOptions(t))
	var mu sync.Mutex
	total := map[string]int{}
	var pickers sync.WaitGroup
	for range 8 {
		pickers.Go(func() {
			got := shares(t, b, 1000)
			mu.Lock()
			defer mu.Unlock()
			for address, n := range got {
				total[address] += n
			}
		})
	}
	pickers.Wait()
	if want := map[string]int{"10.0.0.1:80": 1000, "10.0.0.2:80": 2000, "10.0.0.3:80": 5000}; !maps.Equal(total, want) {
		t.Errorf("picked %v, want %v", total, want)
	}
}

func TestNextPickOfTwoIsTheOther(t *testing.T) {
	b := newBalancer(t, balancer.Upstream{}, targets(t, "10.0.0.1:80=100 10.0.0.2:80=100"), newOptions(t))
	last, err := b.Pick()
	if err != nil {
		t.Fatal(err)
	}
	for range 100 {
		next, err := b.Pick()
		if err != nil || next == last {
			t.Fatalf("picked %v twice in a row, error %v", last.AddrPort, err)
		}
		last = next
	}
}

func TestHeavyAddressDoesNotCrowdOut(t *testing.T) {
	b := newBalancer(t, balancer.Upstream{}, targets(t, "10.0.0.1:80=900 10.0.0.2:80=100"), newOptions(t))
	gap := 0
	for range 1000 {
		a, err := b.Pick()
		if err != nil {
			t.Fatal(err)
		}
		if gap++; a.AddrPort.String() == "10.0.0.2:80" {
			gap = 0
		}
		if gap > 20 {
			t.Fatal("the light address was passed over for two turns")
		}
	}
}

func TestGreatWeightsTakeNoMemory(t *testing.T) {
	var list []balancer.Target
	for i := range 500 {
		list = append(list, balancer.Target{Target: fmt.Sprintf("10.0.%d.%d:80", i/250, i%250), Weight: 65535 - i})
	}
	options := newOptions(t)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	b := newBalancer(t, balancer.Upstream{}, list, options)
	shares(t, b, 1000)
	runtime.ReadMemStats(&after)
	// A wheel would have 32 million entries.
	if used := after.TotalAlloc - before.TotalAlloc; used > 4<<20 {
		t.Errorf("used %d bytes", used)
	}
}
