package quickstart

import (
	"fmt"
	"strings"
)

// Addresses are where a node listens. An empty one is nowhere.
type Addresses struct{ Proxy, Admin string }

// Welcome says what is running and what to try.
func (d *Demo) Welcome(a Addresses) string {
	var b strings.Builder
	b.WriteString("\n  kongo is up, with a demonstration behind it. Ctrl-C ends both and cleans up.\n\n")
	line := func(what, where string) { fmt.Fprintf(&b, "    %-11s %s\n", what, where) }
	line("proxy", url(a.Proxy))
	line("Admin API", url(a.Admin))
	for _, e := range d.servers {
		line(e.name, url(e.address)+"  (a demonstration server)")
	}
	b.WriteString("\n  Try:\n\n")
	for _, c := range commands(a) {
		fmt.Fprintf(&b, "    # %s\n    %s\n\n", c.about, c.text)
	}
	return b.String()
}

func url(address string) string {
	if address == "" {
		return "off"
	}
	return "http://" + address
}

type command struct{ about, text string }

// commands are the ones to try, in this order. Without an Admin API there is only the first.
func commands(a Addresses) []command {
	proxy, admin := url(a.Proxy), url(a.Admin)
	all := []command{
		{"four requests, answered by both servers in turn", fmt.Sprintf(`curl -s "%s/demo/hello?[1-4]"`, proxy)},
		{"how the health checks find the servers", fmt.Sprintf("curl -s %s/upstreams/demo/health", admin)},
		{"move the route; it has moved when the answer is there", fmt.Sprintf(`curl -s -X PATCH %s/routes/demo -d "paths[]=/moved"`, admin)},
		{"the old path leads nowhere now", fmt.Sprintf("curl -s %s/demo/hello", proxy)},
	}
	switch {
	case a.Proxy == "":
		return nil
	case a.Admin == "":
		return all[:1]
	}
	return all
}
