package doctor

import (
	"context"
	"net/netip"
	"strings"
)

// checkAdminAPI looks whether others than this machine can reach the Admin API, which asks for no password.
func checkAdminAPI(_ context.Context, p *patient) []Finding {
	var open []string
	for _, l := range p.config.Listeners("admin_listen") {
		host := strings.Trim(l.Host, "[]")
		address, err := netip.ParseAddr(host)
		if host != "localhost" && (err != nil || !address.IsLoopback() && !address.IsPrivate()) {
			open = append(open, l.Directive())
		}
	}
	if len(open) == 0 {
		return one("admin API", OK, "the Admin API is open to this machine or a private network alone", "")
	}
	return one("admin API", Warn, "the Admin API listens on "+strings.Join(open, ", ")+" and asks nobody for a password",
		"set admin_listen = 127.0.0.1:8001, or an address of a private network, or close the port to the world in the firewall")
}
