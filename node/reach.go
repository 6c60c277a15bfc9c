package node

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"time"

	"github.com/kongo-gateway/kongo/cluster"
)

// reachTimeout bounds a question to another node, which may itself be waiting for its datastore.
const reachTimeout = 5 * time.Second

// Reach asks a node of the list who it is, by its Admin API. Where that is not open to others it remains unknown. It is a
// cluster.Reach.
func Reach(ctx context.Context, n cluster.Node) cluster.Reached {
	ctx, cancel := context.WithTimeout(ctx, reachTimeout)
	defer cancel()
	var found cluster.Reached
	for _, address := range n.AdminListen {
		address, ok := dialable(address, n.Hostname)
		if !ok || !accepts(ctx, address) {
			continue
		}
		found.Accepts, found.Silent = true, true
		for _, scheme := range []string{"http", "https"} {
			if who, err := introduce(ctx, scheme+"://"+address); err == nil {
				return cluster.Reached{Accepts: true, ID: who.ID, Datastore: who.Datastore}
			}
		}
	}
	for _, address := range n.Listen {
		if found.Accepts {
			break
		}
		address, ok := dialable(address, n.Hostname)
		found.Accepts = ok && accepts(ctx, address)
	}
	return found
}

// dialable is an address at which a node of some host can be reached from here. Where it listens on all addresses these are
// those of its name. There is none if it listens for its own host alone, and that is another one.
func dialable(address, hostname string) (string, bool) {
	own, err := os.Hostname()
	local := err == nil && own == hostname
	listening, err := netip.ParseAddrPort(address)
	switch {
	case err != nil:
		return address, true
	case listening.Addr().IsLoopback():
		return address, local
	case !listening.Addr().IsUnspecified():
		return address, true
	}
	host := hostname
	if local {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, fmt.Sprint(listening.Port())), true
}

func accepts(ctx context.Context, address string) bool {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return false
	}
	_ = conn.Close()
	return true
}
