package balancer_test

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/balancer"
	"github.com/kongo-gateway/kongo/balancer/dns"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// noNames is the resolver of tests whose targets are addresses.
type noNames struct{}

func (noNames) Lookup(_ context.Context, name string) (dns.Answer, error) {
	return dns.Answer{}, &dns.Error{Name: name, Err: dns.ErrNotFound}
}

// newOptions returns options with a Checker that is closed at the end of the test.
func newOptions(t testing.TB) balancer.Options {
	t.Helper()
	checker := balancer.NewChecker()
	t.Cleanup(checker.Close)
	return balancer.Options{Checker: checker, Resolver: noNames{}}
}

// newBalancer returns a balancer that is closed at the end of the test.
func newBalancer(t testing.TB, u balancer.Upstream, targets []balancer.Target, options balancer.Options) *balancer.Balancer {
	t.Helper()
	b := balancer.New(t.Context(), u, targets, options)
	t.Cleanup(b.Close)
	return b
}

// targets reads "host:port=weight host:port=weight …".
func targets(t testing.TB, text string) []balancer.Target {
	t.Helper()
	var list []balancer.Target
	for field := range strings.FieldsSeq(text) {
		target := balancer.Target{}
		var found bool
		target.Target, text, found = strings.Cut(field, "=")
		if !found {
			t.Fatalf("no weight in %q", field)
		}
		if _, err := fmt.Sscan(text, &target.Weight); err != nil {
			t.Fatal(err)
		}
		list = append(list, target)
	}
	return list
}

// passive is an upstream of which one outcome of any bad kind makes an address unhealthy, and one good one healthy.
func passive() balancer.Upstream {
	return balancer.Upstream{Name: "up", Healthchecks: balancer.Healthchecks{Passive: balancer.Criteria{
		HealthyStatuses: []int{200}, UnhealthyStatuses: []int{500},
		Successes: 1, HTTPFailures: 1, TCPFailures: 1, Timeouts: 1,
	}}}
}

// shares counts n picks by address.
func shares(t testing.TB, b *balancer.Balancer, n int) map[string]int {
	t.Helper()
	counts := map[string]int{}
	for range n {
		a, err := b.Pick()
		if err != nil {
			t.Fatal(err)
		}
		counts[a.AddrPort.String()]++
	}
	return counts
}

// find returns the address that Pick gives out under this text.
func find(t testing.TB, b *balancer.Balancer, addrPort string) *balancer.Address {
	t.Helper()
	for range 10_000 {
		a, err := b.Pick()
		if err != nil {
			t.Fatal(err)
		}
		if a.AddrPort.String() == addrPort {
			return a
		}
	}
	t.Fatalf("%s is never picked", addrPort)
	return nil
}

// eventually waits until a condition holds.
func eventually(t testing.TB, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !condition(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

// listen opens a TCP listener on a loopback address, which is closed at the end of the test if it is not before.
func listen(t testing.TB, address string) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}
