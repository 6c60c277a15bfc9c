package typedef_test

import (
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
)

func TestParseAddress(t *testing.T) {
	const expanded = "0000:0000:0000:0000:0000:0000:0000:0001"
	for _, c := range []struct {
		text string
		kind typedef.AddressKind
		want string // as it is stored, or "" for an error
	}{
		{"example.com", typedef.HostName, "example.com"},
		{"example.com:80", typedef.HostName, "example.com:80"},
		{"example.com.", typedef.HostName, "example.com."},
		{"under_score-dash.9", typedef.HostName, "under_score-dash.9"},
		{"Example.COM:0", typedef.HostName, "Example.COM:0"},
		{"-a", typedef.HostName, "-a"},
		{"a-", typedef.HostName, ""},
		{"a-.b", typedef.HostName, ""},
		{"a..b", typedef.HostName, ""},
		{".a", typedef.HostName, ""},
		{"a b", typedef.HostName, ""},
		{"a b:1", typedef.HostName, ""},
		{"a:", typedef.HostName, ""},
		{"a:b", typedef.HostName, ""},
		{"a:65536", typedef.HostName, ""},
		{"a:99999999999999999999", typedef.HostName, ""},
		{"ä.example", typedef.HostName, ""},
		{"a/b", typedef.HostName, ""},
		{"", typedef.HostName, ""},
		{":", typedef.HostName, ""},
		{"1.2.3.4", typedef.IPv4, "1.2.3.4"},
		{"1.2.3.4:65535", typedef.IPv4, "1.2.3.4:65535"},
		{"001.02.3.4", typedef.IPv4, "1.2.3.4"},
		{"1.2.3.256", typedef.IPv4, ""},
		{"1.2.3", typedef.IPv4, ""},
		{"1.2.3.4.5", typedef.IPv4, ""},
		{"1.2.3.4:", typedef.IPv4, ""},
		{"1.2.3.4:99999", typedef.IPv4, ""},
		{"1234", typedef.IPv4, ""},
		{"::1", typedef.IPv6, "[" + expanded + "]"},
		{"[::1]", typedef.IPv6, "[" + expanded + "]"},
		{"[::1]:99", typedef.IPv6, "[" + expanded + "]:99"},
		{"[::1]99", typedef.IPv6, ""},
		{"[::1]:", typedef.IPv6, ""},
		{"[::1", typedef.IPv6, ""},
		{"[::1]:x", typedef.IPv6, ""},
		{"[::1]:65536", typedef.IPv6, ""},
		{"fe80::1%eth0", typedef.IPv6, ""},
		{"::ffff:1.2.3.4", typedef.IPv6, ""},
		{"::ffff:102:304", typedef.IPv6, "[0000:0000:0000:0000:0000:ffff:0102:0304]"},
		{"1:2:3:4:5:6:7:8", typedef.IPv6, "[0001:0002:0003:0004:0005:0006:0007:0008]"},
		{"1:2:3:4:5:6:7:8:9", typedef.IPv6, ""},
		{"a:b:c", typedef.IPv6, ""},
	} {
		a, err := typedef.ParseAddress(c.text)
		switch {
		case c.want == "" && err == nil:
			t.Errorf("%q is read as %+v", c.text, a)
		case c.want != "" && (err != nil || a.Kind != c.kind || a.String() != c.want):
			t.Errorf("%q is read as %s, kind %d (%v), want %s, kind %d", c.text, a, a.Kind, err, c.want, c.kind)
		}
	}
}

func FuzzParseAddress(f *testing.F) {
	for _, seed := range []string{"a", "a.b:1", "1.2.3.4:5", "[::1]:6", "::ffff:102:304", "a:b:c", "[]", ":::"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := typedef.ParseAddress(s)
		if err != nil {
			return
		}
		// What is stored means the same when it is read again, and stays as it is.
		again, err := typedef.ParseAddress(a.String())
		if err != nil || again != a {
			t.Fatalf("%q is read as %+v, stored as %q and then read as %+v (%v)", s, a, a, again, err)
		}
		if a.Port < 0 || a.Port > 65535 || !a.HasPort && a.Port != 0 {
			t.Fatalf("%q has the port %d", s, a.Port)
		}
		if strings.ContainsAny(a.Host, " /[]@") || a.Host == "" {
			t.Fatalf("%q has the host %q", s, a.Host)
		}
	})
}
