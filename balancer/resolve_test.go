package balancer_test

import (
	"context"
	"errors"
	"maps"
	"net/netip"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/balancer"
	"github.com/kongo-gateway/kongo/balancer/dns"
	"github.com/kongo-gateway/kongo/balancer/dns/dnstest"
	"golang.org/x/net/dns/dnsmessage"
)

// nameServer starts a DNS server, and returns it with options whose resolver asks it and soon asks again.
func nameServer(t *testing.T, stale time.Duration) (*dnstest.Server, balancer.Options) {
	t.Helper()
	server := dnstest.Start(t)
	const soon = 20 * time.Millisecond
	client, err := dns.New(dns.Options{
		Servers: []netip.AddrPort{server.Addr()}, Order: []dns.Type{dns.A, dns.AAAA},
		ValidTTL: soon, StaleTTL: stale, NotFoundTTL: soon, ErrorTTL: soon,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	options := newOptions(t)
	options.Resolver = client
	return server, options
}

// dnsState returns what the report says of the name resolution of the first target.
func dnsState(b *balancer.Balancer) (text string, health balancer.Health) {
	target := b.Health().Targets[0]
	return target.DNS, target.Health
}

func TestEachAddressOfANameHasTheWholeWeight(t *testing.T) {
	server, options := nameServer(t, time.Hour)
	server.Set("two.test", "10.0.0.2", "10.0.0.1")
	b := newBalancer(t, balancer.Upstream{}, targets(t, "two.test:80=100 10.0.0.3:80=100"), options)
	want := map[string]int{"10.0.0.1:80": 1, "10.0.0.2:80": 1, "10.0.0.3:80": 1}
	if got := shares(t, b, 3); !maps.Equal(got, want) {
		t.Errorf("picked %v, want %v", got, want)
	}
	if a := find(t, b, "10.0.0.1:80"); a.Name != "two.test" {
		t.Errorf("its name is %s", a.Name)
	}
	report := b.Health().Targets[0]
	if report.DNS != "A" || report.Weight != 100 || report.Weights.Total != 200 ||
		report.Addresses[0].IP != "10.0.0.1" || report.Addresses[1].IP != "10.0.0.2" {
		t.Errorf("reported %+v", report)
	}
}

func TestAddressesOfANameChangeInPlace(t *testing.T) {
	t.Parallel()
	server, options := nameServer(t, time.Hour)
	server.Set("moving.test", "10.0.0.1", "10.0.0.2")
	b := newBalancer(t, passive(), targets(t, "moving.test:80=100"), options)
	kept := find(t, b, "10.0.0.2:80")
	b.Report(kept, balancer.Timeout)

	server.Set("moving.test", "10.0.0.2", "10.0.0.3")
	want := map[string]balancer.Health{"10.0.0.2:80": balancer.HealthDown, "10.0.0.3:80": balancer.HealthUp}
	eventually(t, "the new set is in force", func() bool { return maps.Equal(health(b), want) })
	if got := shares(t, b, 10); got["10.0.0.3:80"] != 10 {
		t.Errorf("picked %v", got)
	}
	b.Report(kept, 200)
	if find(t, b, "10.0.0.2:80") != kept {
		t.Error("an address that stayed is another one now")
	}
	b.Report(kept, balancer.Timeout)

	server.Set("moving.test", "fd00::1")
	want = map[string]balancer.Health{"[fd00::1]:80": balancer.HealthUp}
	eventually(t, "another record type is in force", func() bool { return maps.Equal(health(b), want) })
	if text, _ := dnsState(b); text != "AAAA" {
		t.Errorf("record type %s", text)
	}

	server.Set("moving.test", "10.0.0.2")
	want = map[string]balancer.Health{"10.0.0.2:80": balancer.HealthUp}
	eventually(t, "an address that left and came back starts anew", func() bool { return maps.Equal(health(b), want) })
}

func TestServerFailureTakesNoAddressAway(t *testing.T) {
	t.Parallel()
	server, options := nameServer(t, time.Hour)
	server.Set("name.test", "10.0.0.1")
	b := newBalancer(t, balancer.Upstream{}, targets(t, "name.test:80=100"), options)
	server.Fail("name.test", dnsmessage.RCodeServerFailure)
	asked := server.Asked("name.test")
	eventually(t, "it is asked for again", func() bool { return server.Asked("name.test") > asked+2 })
	if _, err := b.Pick(); err != nil {
		t.Error(err)
	}
	if text, _ := dnsState(b); text != "A" {
		t.Errorf("DNS state %s", text)
	}
}

func TestNameWithoutAddress(t *testing.T) {
	tests := []struct {
		name string
		text string
		lose func(*dnstest.Server)
	}{
		{"name error", "dns server error: 3 name error", func(s *dnstest.Server) { s.Set("name.test") }},
		{"too long without an answer", "server misbehaving", func(s *dnstest.Server) {
			s.Fail("name.test", dnsmessage.RCodeServerFailure)
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server, options := nameServer(t, 0)
			server.Set("name.test", "10.0.0.1")
			b := newBalancer(t, balancer.Upstream{}, targets(t, "name.test:80=100"), options)
			if _, err := b.Pick(); err != nil {
				t.Error(err)
			}
			test.lose(server)
			eventually(t, "its address is gone", func() bool {
				text, health := dnsState(b)
				return text == test.text && health == balancer.HealthDNSError
			})
			if _, err := b.Pick(); !errors.Is(err, balancer.ErrNoPeer) {
				t.Errorf("got %v, want %v", err, balancer.ErrNoPeer)
			}
			server.Set("name.test", "10.0.0.2")
			eventually(t, "it has an address again", func() bool {
				_, err := b.Pick()
				return err == nil
			})
		})
	}
}

// gate is a source of answers that waits until it is opened.
type gate chan struct{}

func (g gate) Lookup(ctx context.Context, name string) (dns.Answer, error) {
	select {
	case <-g:
		return dns.Answer{Type: dns.A, Addrs: []netip.Addr{netip.MustParseAddr("10.0.0.2")}, TTL: dns.UnknownTTL}, nil
	case <-ctx.Done():
		return dns.Answer{}, &dns.Error{Name: name, Err: ctx.Err()}
	}
}

func TestLateAnswerComesIn(t *testing.T) {
	t.Parallel()
	source := make(gate)
	client, err := dns.New(dns.Options{Source: source})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	options := newOptions(t)
	options.Resolver = client
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	b := balancer.New(ctx, balancer.Upstream{}, targets(t, "late.test:80=1 10.0.0.1:80=1"), options)
	t.Cleanup(b.Close)
	if text, health := dnsState(b); text != "unknown" || health != balancer.HealthDNSError {
		t.Errorf("before the answer: %s, %s", text, health)
	}
	if got := shares(t, b, 2); got["10.0.0.1:80"] != 2 {
		t.Errorf("before the answer: picked %v", got)
	}
	close(source)
	eventually(t, "the name is resolved", func() bool { return shares(t, b, 2)["10.0.0.2:80"] == 1 })
}

func TestAddressesOfANameAreMarkedByHand(t *testing.T) {
	server, options := nameServer(t, time.Hour)
	server.Set("two.test", "10.0.0.1", "10.0.0.2")
	b := newBalancer(t, passive(), targets(t, "two.test:80=1"), options)
	if err := b.SetHealth("two.test", netip.MustParseAddr("10.0.0.2"), 80, false); err != nil {
		t.Fatal(err)
	}
	if got := shares(t, b, 2); got["10.0.0.1:80"] != 2 {
		t.Errorf("one marked: picked %v", got)
	}
	if _, health := dnsState(b); health != balancer.HealthUp {
		t.Errorf("one marked: the target is %s", health)
	}
	if err := b.SetHealth("two.test", netip.Addr{}, 80, false); err != nil {
		t.Fatal(err)
	}
	if _, health := dnsState(b); health != balancer.HealthDown {
		t.Errorf("both marked: the target is %s", health)
	}
}

func TestRebuildKeepsResolvedAddresses(t *testing.T) {
	server, options := nameServer(t, time.Hour)
	server.Set("name.test", "10.0.0.1")
	first := newBalancer(t, passive(), targets(t, "name.test:80=1"), options)
	first.Report(find(t, first, "10.0.0.1:80"), balancer.Timeout)
	server.Ignore("name.test") // the rebuild gets no answer
	options.Previous = first
	second := newBalancer(t, passive(), targets(t, "name.test:80=2"), options)
	first.Close()
	want := map[string]balancer.Health{"10.0.0.1:80": balancer.HealthDown}
	if got := health(second); !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
