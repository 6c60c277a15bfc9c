package dns_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/balancer/dns"
)

// writeHosts writes a hosts file and returns its path.
func writeHosts(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "hosts")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// nowhere is the source of clients that shall not need one.
type nowhere struct{ t testing.TB }

func (n nowhere) Lookup(_ context.Context, name string) (dns.Answer, error) {
	n.t.Errorf("%s was asked for", name)
	return dns.Answer{}, &dns.Error{Name: name, Err: dns.ErrNotFound}
}

func newClient(t testing.TB, options dns.Options) *dns.Client {
	t.Helper()
	c, err := dns.New(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func TestNamesThatNeedNoQuery(t *testing.T) {
	const file = `
# comment
10.0.0.1	one One.Example. # trailing comment
10.0.0.2 one
fd00::1  one
fd00::2  six
[fd00::3] six
fe80::1%eth0 zoned
10.0.0.4
not-an-address broken
10.0.0.5 broken
127.0.0.9 localhost
`
	v4, v6 := []dns.Type{dns.A, dns.AAAA}, []dns.Type{dns.AAAA, dns.A}
	tests := []struct {
		name  string
		order []dns.Type
		typ   dns.Type
		addr  string
	}{
		{"one", nil, dns.A, "10.0.0.1"},
		{"ONE", v4, dns.A, "10.0.0.1"},
		{"one", v6, dns.AAAA, "fd00::1"},
		{"one.example", nil, dns.A, "10.0.0.1"},
		{"one.example.", nil, dns.A, "10.0.0.1"},
		{"six", nil, dns.AAAA, "fd00::2"},
		{"broken", nil, dns.A, "10.0.0.5"},
		{"localhost", nil, dns.A, "127.0.0.9"},
		{"localhost", v6, dns.AAAA, "::1"},
		{"192.0.2.7", nil, dns.A, "192.0.2.7"},
		{"2001:db8::7", nil, dns.AAAA, "2001:db8::7"},
		{"[2001:0db8:0000:0000:0000:0000:0000:0007]", nil, dns.AAAA, "2001:db8::7"},
		{"::ffff:192.0.2.7", nil, dns.A, "192.0.2.7"},
	}
	path := writeHosts(t, file)
	for _, test := range tests {
		c := newClient(t, dns.Options{HostsFile: path, Order: test.order, Source: nowhere{t}})
		answer, err := c.Lookup(t.Context(), test.name)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if answer.Type != test.typ || len(answer.Addrs) != 1 || answer.Addrs[0].String() != test.addr {
			t.Errorf("%s in order %v: %v %v, want %v %s", test.name, test.order, answer.Type, answer.Addrs, test.typ, test.addr)
		}
		if addr, err := c.Host(test.name).Pick(t.Context()); err != nil || addr != answer.Addrs[0] {
			t.Errorf("%s: picked %v, %v", test.name, addr, err)
		}
	}
}

func TestZonedAddressesAreLeftOut(t *testing.T) {
	source := newSource()
	c := newClient(t, dns.Options{HostsFile: writeHosts(t, "fe80::1%eth0 zoned\n"), Source: source})
	if _, err := c.Lookup(t.Context(), "zoned"); !errors.Is(err, dns.ErrNotFound) {
		t.Errorf("got %v, want %v", err, dns.ErrNotFound)
	}
}

func TestLocalhostWithoutHostsFile(t *testing.T) {
	c := newClient(t, dns.Options{Source: nowhere{t}})
	if addr, err := c.Host("localhost").Pick(t.Context()); err != nil || addr.String() != "127.0.0.1" {
		t.Errorf("picked %v, %v", addr, err)
	}
}

func TestMissingHostsFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none")
	_, err := dns.New(dns.Options{HostsFile: path})
	if !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), path) {
		t.Errorf("got %v, want an error that names %s", err, path)
	}
}

func FuzzHostsFile(f *testing.F) {
	f.Add("10.0.0.1 a b\n::1 a\n", "a")
	f.Add("[::1] #x\n\x00 y\n", "localhost")
	f.Fuzz(func(t *testing.T, file, name string) {
		c, err := dns.New(dns.Options{HostsFile: writeHosts(t, file), Source: newSource()})
		if err != nil {
			return // a line longer than bufio.Scanner takes
		}
		defer c.Close()
		answer, err := c.Lookup(t.Context(), name)
		if err == nil && len(answer.Addrs) == 0 {
			t.Errorf("%q: an answer without addresses", name)
		}
	})
}
