package balancer_test

import (
	"errors"
	"net/netip"
	"reflect"
	"testing"

	"github.com/kongo-gateway/kongo/balancer"
)

func TestHealthReportWithoutChecks(t *testing.T) {
	b := newBalancer(t, balancer.Upstream{}, targets(t, "127.0.0.1:23090=100"), newOptions(t))
	want := balancer.HealthReport{
		Health: "HEALTHCHECKS_OFF", Healthy: true, Weight: balancer.Weight{Total: 100, Available: 100},
		Targets: []balancer.TargetHealth{{
			Target: "127.0.0.1:23090", Host: "127.0.0.1", Port: 23090, DNS: "A", Weight: 100, Health: "HEALTHCHECKS_OFF",
			Weights:   balancer.Weight{Total: 100, Available: 100},
			Addresses: []balancer.AddressHealth{{IP: "127.0.0.1", Port: 23090, Weight: 100, Health: "HEALTHCHECKS_OFF", Healthy: true}},
		}},
	}
	if got := b.Health(); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestHealthReportWithChecks(t *testing.T) {
	const v6 = "[0000:0000:0000:0000:0000:0000:0000:0001]"
	list := targets(t, v6+":8001=10 10.0.0.1:80=30 10.0.0.2=0 nowhere.test:80=5 broken:port=1")
	b := newBalancer(t, passive(), list, newOptions(t))
	b.Report(find(t, b, "10.0.0.1:80"), balancer.Timeout)
	want := balancer.HealthReport{
		Health: "HEALTHY", Healthy: true, Weight: balancer.Weight{Total: 40, Available: 10, Unavailable: 30},
		Targets: []balancer.TargetHealth{
			{
				Target: v6 + ":8001", Host: v6, Port: 8001, DNS: "AAAA", Weight: 10, Health: "HEALTHY",
				Weights:   balancer.Weight{Total: 10, Available: 10},
				Addresses: []balancer.AddressHealth{{IP: v6, Port: 8001, Weight: 10, Health: "HEALTHY", Healthy: true}},
			},
			{
				Target: "10.0.0.1:80", Host: "10.0.0.1", Port: 80, DNS: "A", Weight: 30, Health: "UNHEALTHY",
				Weights:   balancer.Weight{Total: 30, Unavailable: 30},
				Addresses: []balancer.AddressHealth{{IP: "10.0.0.1", Port: 80, Weight: 30, Health: "UNHEALTHY"}},
			},
			{
				Target: "10.0.0.2", Host: "10.0.0.2", Port: 8000, DNS: "A", Health: "HEALTHCHECKS_OFF",
				Addresses: []balancer.AddressHealth{{IP: "10.0.0.2", Port: 8000, Health: "HEALTHCHECKS_OFF", Healthy: true}},
			},
			{
				Target: "nowhere.test:80", Host: "nowhere.test", Port: 80, DNS: "dns server error: 3 name error", Weight: 5,
				Health: "DNS_ERROR", Addresses: []balancer.AddressHealth{},
			},
			{
				Target: "broken:port", Host: "broken:port", DNS: `target "broken:port" has no valid port`, Weight: 1,
				Health: "DNS_ERROR", Addresses: []balancer.AddressHealth{},
			},
		},
	}
	if got := b.Health(); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if err := b.SetHealth("::1", netip.Addr{}, 8001, false); err != nil {
		t.Fatal(err)
	}
	if got := b.Health(); got.Health != "UNHEALTHY" || got.Healthy {
		t.Errorf("with nothing available: %v, %v", got.Health, got.Healthy)
	}
}

func TestTargetForms(t *testing.T) {
	tests := []struct {
		target, host string
		port         uint16
		address      string // "" if the target cannot be used
	}{
		{"10.0.0.1:80", "10.0.0.1", 80, "10.0.0.1:80"},
		{"10.0.0.1", "10.0.0.1", 8000, "10.0.0.1:8000"},
		{"10.0.0.1:0", "10.0.0.1", 0, "10.0.0.1:0"},
		{"[::1]:81", "[::1]", 81, "[::1]:81"},
		{"[::1]", "[::1]", 8000, "[::1]:8000"},
		{"::1", "::1", 8000, "[::1]:8000"},
		{"localhost:82", "localhost", 82, ""},
		{"localhost", "localhost", 8000, ""},
		{"10.0.0.1:", "10.0.0.1:", 0, ""},
		{"10.0.0.1:65536", "10.0.0.1:65536", 0, ""},
		{":80", ":80", 0, ""},
		{"", "", 0, ""},
		{"[", "[", 8000, ""},
		{"]", "]", 8000, ""},
	}
	for _, test := range tests {
		b := newBalancer(t, balancer.Upstream{}, []balancer.Target{{Target: test.target, Weight: 1}}, newOptions(t))
		got := b.Health().Targets[0]
		if got.Host != test.host || got.Port != test.port {
			t.Errorf("%q: %s and %d, want %s and %d", test.target, got.Host, got.Port, test.host, test.port)
		}
		a, err := b.Pick()
		switch {
		case test.address == "" && !errors.Is(err, balancer.ErrNoPeer):
			t.Errorf("%q: picked %v, error %v", test.target, a, err)
		case test.address != "" && (err != nil || a.AddrPort.String() != test.address || a.Name != test.host):
			t.Errorf("%q: picked %+v, error %v, want %s", test.target, a, err, test.address)
		}
	}
}

func FuzzTarget(f *testing.F) {
	for _, seed := range []string{"a:80", "[::1]:80", "::1", "1.2.3.4", "[", ":", "fe80::1%eth0", "a:b:c"} {
		f.Add(seed)
	}
	checker := balancer.NewChecker()
	f.Cleanup(checker.Close)
	f.Fuzz(func(t *testing.T, text string) {
		b := balancer.New(t.Context(), passive(), []balancer.Target{{Target: text, Weight: 1}},
			balancer.Options{Checker: checker, Resolver: noNames{}})
		defer b.Close()
		report := b.Health().Targets[0]
		a, err := b.Pick()
		if usable := len(report.Addresses) > 0; usable != (err == nil) {
			t.Errorf("%q: picked %v, error %v, reported %+v", text, a, err, report)
		}
		if err == nil {
			if err := b.SetHealth(report.Host, netip.Addr{}, report.Port, false); err != nil {
				t.Errorf("%q: %v", text, err)
			}
		}
	})
}

func TestSetHealth(t *testing.T) {
	const list = "10.0.0.1:80=1 10.0.0.1:81=1 [0000::0001]:80=1 nowhere.test:80=1"
	tests := []struct {
		name string
		host string
		ip   string
		port uint16
		want []string // addresses that are down afterwards
		err  error
	}{
		{name: "a target", host: "10.0.0.1", port: 81, want: []string{"10.0.0.1:81"}},
		{name: "an address of a target", host: "10.0.0.1", ip: "10.0.0.1", port: 80, want: []string{"10.0.0.1:80"}},
		{name: "an address as IPv6", host: "10.0.0.1", ip: "::ffff:10.0.0.1", port: 80, want: []string{"10.0.0.1:80"}},
		{name: "IPv6 written otherwise", host: "[::1]", port: 80, want: []string{"[0000::0001]:80"}},
		{name: "a name without addresses", host: "NoWhere.test", port: 80},
		{name: "another port", host: "10.0.0.1", port: 82, err: balancer.ErrUnknownTarget},
		{name: "another host", host: "10.0.0.2", port: 80, err: balancer.ErrUnknownTarget},
		{name: "another address", host: "10.0.0.1", ip: "10.0.0.2", port: 80, err: balancer.ErrUnknownAddress},
		{name: "another port of an address", host: "10.0.0.1", ip: "10.0.0.1", port: 82, err: balancer.ErrUnknownAddress},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := newBalancer(t, passive(), targets(t, list), newOptions(t))
			var ip netip.Addr
			if test.ip != "" {
				ip = netip.MustParseAddr(test.ip)
			}
			if err := b.SetHealth(test.host, ip, test.port, false); !errors.Is(err, test.err) {
				t.Errorf("got %v, want %v", err, test.err)
			}
			down := map[string]bool{}
			for _, address := range test.want {
				down[address] = true
			}
			for address, h := range health(b) {
				if (h == balancer.HealthDown) != down[address] {
					t.Errorf("%s is %s", address, h)
				}
			}
			if err := b.SetHealth(test.host, ip, test.port, true); !errors.Is(err, test.err) {
				t.Errorf("got %v, want %v", err, test.err)
			}
			for address, h := range health(b) {
				if h != balancer.HealthUp {
					t.Errorf("%s is still %s", address, h)
				}
			}
		})
	}
}

func TestSetHealthZeroesTheCounters(t *testing.T) {
	u := passive()
	u.Healthchecks.Passive.Timeouts = 2
	b := newBalancer(t, u, targets(t, "10.0.0.1:80=1"), newOptions(t))
	a := find(t, b, "10.0.0.1:80")
	b.Report(a, balancer.Timeout)
	if err := b.SetHealth("10.0.0.1", netip.Addr{}, 80, true); err != nil {
		t.Fatal(err)
	}
	b.Report(a, balancer.Timeout)
	if _, err := b.Pick(); err != nil {
		t.Errorf("after one timeout: %v", err)
	}
	b.Report(a, balancer.Timeout)
	if _, err := b.Pick(); !errors.Is(err, balancer.ErrNoPeer) {
		t.Errorf("after two timeouts: got %v, want %v", err, balancer.ErrNoPeer)
	}
}

func TestSetHealthNeedsChecks(t *testing.T) {
	b := newBalancer(t, balancer.Upstream{Name: "up.test"}, targets(t, "10.0.0.1:80=1"), newOptions(t))
	err := b.SetHealth("10.0.0.1", netip.Addr{}, 80, false)
	if err == nil || err.Error() != "no healthchecker found for up.test" {
		t.Errorf("got %v", err)
	}
}
