package doctor

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/kongo-gateway/kongo/prefix"
)

// checkListeners finds out whether the node that runs accepts connections, or whether one could if it were started.
func checkListeners(ctx context.Context, p *patient) []Finding {
	const check = "listeners"
	_, err := prefix.Dir(p.config.String("prefix")).Running()
	runs := err == nil
	var findings []Finding
	counted := 0
	for _, key := range []string{"proxy_listen", "admin_listen", "status_listen"} {
		for _, l := range p.config.Listeners(key) {
			if l.Port == 0 { // the system chooses one at every start
				continue
			}
			counted++
			host := strings.Trim(l.Host, "[]")
			if host == "*" {
				host = "0.0.0.0"
			}
			address := net.JoinHostPort(host, strconv.Itoa(l.Port))
			if runs && !accepts(ctx, address) {
				findings = append(findings, Finding{check, Fail, fmt.Sprintf("the node runs, but %s of %s accepts no connections", address, key),
					"look at its error log; restart it if the setting has changed"})
			} else if !runs && busy(ctx, address) {
				findings = append(findings, Finding{check, Fail, fmt.Sprintf("no node runs in this prefix, and %s of %s is in use by another process", address, key),
					"find it (ss -ltnp), stop it, or choose another port"})
			}
		}
	}
	switch {
	case len(findings) > 0:
		return findings
	case runs:
		return one(check, OK, fmt.Sprintf("the node accepts connections on all of %d addresses", counted), "")
	}
	return one(check, Warn, "no node runs in "+p.config.String("prefix"), "start it: `kongo start`")
}

// dialTimeout bounds an attempt to connect.
const dialTimeout = time.Second

func accepts(ctx context.Context, address string) bool { return dial(ctx, address) == nil }

func dial(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err == nil {
		_ = conn.Close()
	}
	return err
}

func busy(ctx context.Context, address string) bool {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err == nil {
		_ = l.Close()
	}
	return errors.Is(err, syscall.EADDRINUSE)
}
