package golden

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// A comparison holds an answer against the recorded one and gathers what differs.
type comparison struct {
	tr       *translation
	exchange *exchange
	rules    rules
	found    []Difference
}

// differ notes a difference.
func (c *comparison) differ(at string, want, got any) {
	c.found = append(c.found, Difference{At: at, Want: shown(want), Got: shown(got)})
}

// shown writes a value for a difference.
func shown(v any) string {
	if text, ok := v.(string); ok && text == absent {
		return absent
	}
	return shorten(string(encode(v)), 300)
}

// answers compares two answers. With another status everything else is bound to differ, and is not looked at.
func (c *comparison) answers(want, got *answer) {
	if want.status != got.status {
		c.differ("status", want.status, got.status)
		return
	}
	if !want.headless {
		c.headers(want.headers, got.headers)
	}
	if subject := c.exchange.peerSubject; subject != "" && subject != got.peerSubject {
		c.differ("certificate", subject, got.peerSubject)
	}
	if c.exchange.request.method() == http.MethodHead {
		return
	}
	if cut := c.cutShort(want); cut != got.truncated {
		c.differ("body cut short", cut, got.truncated)
	}
	c.body(want.body, got.body)
}

// cutShort says whether a recorded body is shorter than it was to be.
func (c *comparison) cutShort(want *answer) bool {
	length := want.header("content-length")
	return len(length) > 0 && length[0] != strconv.Itoa(len(want.body)) && !c.rules.rewritten
}

// unmatched are headers that recordings leave out.
var unmatched = []string{"date", "connection", "keep-alive"}

// headers compares headers name by name. The order of unlike names is free, as is the spelling of a name.
func (c *comparison) headers(want, got [][2]string) {
	if c.rules.anyFraming {
		want, got = withoutFraming(want), withoutFraming(got)
	}
	wanted, given := byName(want), byName(got)
	for _, name := range inOrder(want) {
		values, ok := given[name]
		if !ok {
			c.differ("header "+name, wanted[name], absent)
			continue
		}
		if !slices.EqualFunc(wanted[name], values, func(w, g string) bool { return c.headerValue(name, w, g) }) {
			c.differ("header "+name, wanted[name], values)
		}
	}
	for _, name := range inOrder(got) {
		if _, ok := wanted[name]; !ok {
			c.differ("header "+name, absent, given[name])
		}
	}
}

func (c *comparison) headerValue(name, want, got string) bool {
	// The length of a body depends on names and versions; that it is right shows when the body is read.
	if name == "content-length" || strings.HasPrefix(name, "x-kong-") && strings.HasSuffix(name, "-latency") {
		_, err := strconv.ParseUint(got, 10, 63)
		return err == nil
	}
	return c.tr.match(want, got)
}

// withoutFraming returns headers without those that say where the body ends.
func withoutFraming(headers [][2]string) [][2]string {
	return slices.DeleteFunc(slices.Clone(headers), func(h [2]string) bool {
		return strings.EqualFold(h[0], "Content-Length") || strings.EqualFold(h[0], "Transfer-Encoding")
	})
}

// byName returns the values of each header, by its name in lower case.
func byName(headers [][2]string) map[string][]string {
	m := map[string][]string{}
	for _, h := range headers {
		if name := strings.ToLower(h[0]); !slices.Contains(unmatched, name) {
			m[name] = append(m[name], h[1])
		}
	}
	return m
}

// inOrder returns the names of headers as they come, each once.
func inOrder(headers [][2]string) []string {
	var names []string
	for _, h := range headers {
		if name := strings.ToLower(h[0]); !slices.Contains(unmatched, name) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// body compares bodies: JSON by its meaning, everything else as text. The proxy's own error bodies have a fixed layout and
// count as text.
func (c *comparison) body(want, got []byte) {
	if c.rules.text != nil {
		c.rules.text(c, string(want), string(got))
		return
	}
	wanted, err := decode(want)
	if err != nil || c.gatewayError(want) {
		if !c.tr.match(string(want), string(got)) {
			c.differ("body", string(want), string(got))
		}
		return
	}
	given, err := decode(got)
	if err != nil {
		c.differ("body", string(want), fmt.Sprintf("no JSON (%v): %s", err, got))
		return
	}
	c.value("", wanted, given)
}

// gatewayError says whether a recorded JSON body is one that the proxy makes itself, and not what an upstream echoed.
func (c *comparison) gatewayError(body []byte) bool {
	proxied := c.exchange.target == targetProxy || c.exchange.target == targetProxyTLS
	return proxied && !bytes.HasPrefix(body, []byte(`{"server"`))
}
