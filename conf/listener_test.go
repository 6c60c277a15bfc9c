package conf

import (
	"strings"
	"testing"
)

func TestParseListener(t *testing.T) {
	for _, test := range []struct{ item, listener, directive, address string }{
		{"0.0.0.0:8000", "0.0.0.0:8000", "0.0.0.0:8000", "0.0.0.0:8000"},
		{"0.0.0.0:8443 http2 ssl", "0.0.0.0:8443 ssl http2", "0.0.0.0:8443 ssl", "0.0.0.0:8443"},
		{"ssl 127.0.0.1:1", "127.0.0.1:1 ssl", "127.0.0.1:1 ssl", "127.0.0.1:1"},
		{"bind  127.0.0.1:1\tssl", "127.0.0.1:1 ssl bind", "127.0.0.1:1 ssl bind", "127.0.0.1:1"},
		{"010.001.0.255:08000", "10.1.0.255:8000", "10.1.0.255:8000", "10.1.0.255:8000"},
		{"[::1]:8000", "[0000:0000:0000:0000:0000:0000:0000:0001]:8000", "[0000:0000:0000:0000:0000:0000:0000:0001]:8000",
			"[0000:0000:0000:0000:0000:0000:0000:0001]:8000"},
		{"[::]:1 ipv6only=on", "[0000:0000:0000:0000:0000:0000:0000:0000]:1 ipv6only=on",
			"[0000:0000:0000:0000:0000:0000:0000:0000]:1 ipv6only=on", ""},
		{"[2001:DB8::A]:0", "[2001:0db8:0000:0000:0000:0000:0000:000a]:0", "[2001:0db8:0000:0000:0000:0000:0000:000a]:0", ""},
		{"localhost:80", "localhost:80", "localhost:80", "localhost:80"},
		{"*:80 reuseport", "*:80 reuseport", "*:80 reuseport", ":80"},
		{"x:1 so_keepalive=30m::10 backlog=16384 deferred proxy_protocol", "x:1 proxy_protocol deferred backlog=16384 so_keepalive=30m::10",
			"x:1 proxy_protocol deferred backlog=16384 so_keepalive=30m::10", "x:1"},
		{"x:1 so_keepalive=::", "x:1 so_keepalive=::", "x:1 so_keepalive=::", "x:1"},
		{"x:1 so_keepalive=off", "x:1 so_keepalive=off", "x:1 so_keepalive=off", "x:1"},
	} {
		l, ok := parseListener(test.item, httpFlags)
		if !ok {
			t.Errorf("%q is refused", test.item)
			continue
		}
		if l.String() != test.listener || l.Directive() != test.directive {
			t.Errorf("%q: %q and %q", test.item, l.String(), l.Directive())
		}
		if got := l.Address(); test.address != "" && got != test.address {
			t.Errorf("address of %q: %q", test.item, got)
		}
		for name, flag := range map[string]bool{"ssl": l.SSL, "http2": l.HTTP2, "proxy_protocol": l.ProxyProtocol} {
			if flag != strings.Contains(test.listener, name) {
				t.Errorf("%q: %s is %t", test.item, name, flag)
			}
		}
	}
	for _, item := range []string{
		"", "off", "OFF", "8000", ":8000", "0.0.0.0", "0.0.0.0:", "0.0.0.0:80a", "0.0.0.0:65536", "256.0.0.1:80", "1.2.3:80", "1.2.3.4.5:80",
		"1.2.3.1234:80", "::1:80", "[::1]", "[::1:80", "[::1%lo]:80", "[::ffff:1.2.3.4]:80", "[1::2::3]:80", "unix:/tmp/s", "x:99999",
		"x:1 ssl ssl", "x:1 SSL", "x:1 udp", "x:1 transparent", "x:1 backlog=", "x:1 backlog=x", "x:1 backlog=99999999999999999999",
		"x:1 ipv6only", "x:1 so_keepalive=a:b", "x:1 so_keepalive=a:b:c", "x:1 y:2",
	} {
		if l, ok := parseListener(item, httpFlags); ok {
			t.Errorf("%q is taken for %q", item, l)
		}
	}
}

func TestStreamListener(t *testing.T) {
	l, ok := parseListener("0.0.0.0:53 reuseport udp", streamFlags)
	if !ok || !l.UDP || l.String() != "0.0.0.0:53 udp reuseport" {
		t.Errorf("%q, %t", l, ok)
	}
	for _, flag := range []string{"http2", "deferred"} {
		if _, ok := parseListener("0.0.0.0:53 "+flag, streamFlags); ok {
			t.Errorf("%s is accepted", flag)
		}
	}
}

func TestParseListeners(t *testing.T) {
	for text, want := range map[string]int{
		"off": 0, "off, 1.2.3.4:5": 0, "off, what": 0, "1.2.3.4:5": 1, "1.2.3.4:5,1.2.3.4:6 ssl": 2,
	} {
		if l, ok := parseListeners(splitList(text), httpFlags); !ok || len(l) != want {
			t.Errorf("%q: %v, %t", text, l, ok)
		}
	}
	for _, text := range []string{"", "1.2.3.4:5,", "1.2.3.4:5, off", "OFF", "x"} {
		if l, ok := parseListeners(splitList(text), httpFlags); ok {
			t.Errorf("%q is taken for %v", text, l)
		}
	}
}

func TestListenerFlagValues(t *testing.T) {
	l, _ := parseListener("x:1 backlog=16384 bind", httpFlags)
	if value, ok := l.Flag("backlog"); !ok || value != "16384" {
		t.Errorf("backlog %q, %t", value, ok)
	}
	if value, ok := l.Flag("bind"); !ok || value != "" {
		t.Errorf("bind %q, %t", value, ok)
	}
	if _, ok := l.Flag("reuseport"); ok {
		t.Error("reuseport appears from nowhere")
	}
}

// A listener that was read is written in a form that reads the same.
func FuzzListener(f *testing.F) {
	for _, seed := range []string{"0.0.0.0:8443 http2 ssl reuseport backlog=16384", "[::1]:80 ipv6only=on", "udp *:1", "a b:1", "x:1 so_keepalive=1:2:3"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, item string) {
		for _, flags := range [][]listenFlag{httpFlags, streamFlags} {
			l, ok := parseListener(item, flags)
			if !ok {
				continue
			}
			again, ok := parseListener(l.String(), flags)
			if !ok || again.String() != l.String() || again.Host != l.Host || again.Port != l.Port {
				t.Errorf("%q became %q, then %q (%t)", item, l, again, ok)
			}
		}
	})
}
