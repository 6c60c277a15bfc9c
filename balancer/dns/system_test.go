package dns_test

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/balancer/dns"
	"github.com/kongo-gateway/kongo/balancer/dns/dnstest"
	"golang.org/x/net/dns/dnsmessage"
)

func TestSystemResolver(t *testing.T) {
	server := dnstest.Start(t)
	server.Set("both.test", "10.0.0.1", "10.0.0.2", "fd00::1")
	server.Set("four.test", "10.0.0.4")
	server.Set("six.test", "fd00::6")
	server.Set("empty.test")
	server.Fail("broken.test", dnsmessage.RCodeServerFailure)
	server.Fail("refused.test", dnsmessage.RCodeRefused)
	server.Fail("half.test", dnsmessage.RCodeServerFailure, dnsmessage.TypeA)

	v4, v4v6, v6v4 := []dns.Type{dns.A}, []dns.Type{dns.A, dns.AAAA}, []dns.Type{dns.AAAA, dns.A}
	tests := []struct {
		name     string
		order    []dns.Type
		want     []string
		notFound bool
	}{
		{name: "both.test", order: v4, want: []string{"10.0.0.1", "10.0.0.2"}},
		{name: "BOTH.test", order: v4, want: []string{"10.0.0.1", "10.0.0.2"}},
		{name: "both.test.", order: v4, want: []string{"10.0.0.1", "10.0.0.2"}},
		{name: "both.test", order: v4v6, want: []string{"10.0.0.1", "10.0.0.2"}},
		{name: "both.test", order: v6v4, want: []string{"fd00::1"}},
		{name: "four.test", order: v6v4, want: []string{"10.0.0.4"}},
		{name: "six.test", order: v4v6, want: []string{"fd00::6"}},
		{name: "six.test", order: v4, notFound: true},
		{name: "empty.test", order: v4v6, notFound: true},
		{name: "missing.test", order: v4v6, notFound: true},
		{name: "not a name", order: v4, notFound: true},
		{name: "", order: v4, notFound: true},
		{name: "broken.test", order: v4},
		{name: "broken.test", order: v4v6},
		{name: "refused.test", order: v4},
		{name: "half.test", order: v4v6},
		{name: "half.test", order: v6v4},
		{name: "half.test", order: []dns.Type{dns.AAAA}, notFound: true},
	}
	for _, test := range tests {
		c := newClient(t, dns.Options{Order: test.order, Servers: []netip.AddrPort{server.Addr()}})
		answer, err := c.Lookup(t.Context(), test.name)
		if test.want == nil {
			var dnsErr *dns.Error
			if !errors.As(err, &dnsErr) || errors.Is(err, dns.ErrNotFound) != test.notFound {
				t.Errorf("%s %v: got %v, want not found: %v", test.name, test.order, err, test.notFound)
			}
			continue
		}
		var got []string
		for _, addr := range answer.Addrs {
			got = append(got, addr.String())
		}
		slices.Sort(got)
		if err != nil || !slices.Equal(got, test.want) {
			t.Errorf("%s %v: got %v, %v, want %v", test.name, test.order, got, err, test.want)
		}
	}
}

func TestAnotherServerAnswers(t *testing.T) {
	server := dnstest.Start(t)
	server.Set("name.test", "10.0.0.1")
	servers := []netip.AddrPort{server.Addr()}
	for range 2 {
		broken := dnstest.Start(t)
		broken.Fail("name.test", dnsmessage.RCodeServerFailure)
		servers = append([]netip.AddrPort{broken.Addr()}, servers...)
		c := newClient(t, dns.Options{Servers: servers})
		if addr, err := c.Host("name.test").Pick(t.Context()); err != nil || addr.String() != "10.0.0.1" {
			t.Errorf("of %d servers: picked %v, %v", len(servers), addr, err)
		}
		if broken.Asked("name.test") == 0 {
			t.Errorf("of %d servers: the first was not asked", len(servers))
		}
	}
}

func TestCloseEndsAQueryWithoutAnswer(t *testing.T) {
	server := dnstest.Start(t)
	server.Ignore("mute.test")
	c := newClient(t, dns.Options{Servers: []netip.AddrPort{server.Addr()}})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := c.Lookup(ctx, "mute.test"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want %v", err, context.DeadlineExceeded)
	}
	c.Close() // goleak sees what it leaves behind
}
