package peers

import (
	"fmt"
	"net"
	"net/netip"
	"os/exec"
	"strings"
)

// proxy is one that runs, with the addresses that it listens on. They all lead to the upstream server.
type proxy struct {
	plain netip.AddrPort
	tls   netip.AddrPort
	// routes is how many there are to choose from, each with a host and a path of its own; 0 is a single one for everything.
	routes int

	// Of kongo only: the address of the Admin API, the server behind it, the file with the configuration if there is one, and
	// how often that was changed.
	admin   netip.AddrPort
	server  netip.AddrPort
	file    string
	changes int

	*process
}

// site is what a proxy is started with.
type site struct {
	directory   string         // for its files, its own
	upstream    netip.AddrPort // the server behind it
	certificate string         // PEM files
	key         string
	kongo       string // the binary
	baseline    string // another build of it; empty for none
	stored      *storedRoutes
}

// start is how a kind of proxy is started.
type start func(site) (*proxy, error)

// kind is a proxy that can take part.
type kind struct {
	name    string
	program string // that has to be installed
	start   start
}

// peer is the name by which Options choose it.
func (k kind) peer() string {
	name, _, _ := strings.Cut(k.name, ",")
	return name
}

// Names of kinds of kongo.
const (
	nameBaseline = "baseline" // another build, for telling whether a change of its code was worth it
	nameStored   = "kongo, routes in the embedded store"
	nameReloaded = "kongo, routes in a file"
)

// kinds are all proxies, in the order of the table.
var kinds = []kind{
	{"nginx", "nginx", startNginx},
	{"haproxy", "haproxy", startHAProxy},
	{"fasthttp", "", startBuiltin(roleFastHTTP)},
	{"net/http", "", startBuiltin(roleNetHTTP)},
	{nameBaseline, "", startBaseline},
	{"kongo", "", startKongo(0)},
	{"kongo, 1 route", "", startKongo(1)},
	{"kongo, 1,000 routes", "", startKongo(1_000)},
	{"kongo, 10,000 routes", "", startKongo(10_000)},
	{"kongo, 100,000 routes", "", startKongo(manyRoutes)},
	{nameStored, "", startStored},
	{nameReloaded, "", startKongo(manyRoutes)},
}

// manyRoutes is how many there are when one of many is changed, or all of them.
const manyRoutes = 100_000

// installed reports whether a program can be found; no program always can.
func installed(program string) bool {
	if program == "" {
		return true
	}
	_, err := exec.LookPath(program)
	return err == nil
}

// freeAddresses returns addresses of the loopback interface that nobody listens on.
func freeAddresses(n int) ([]netip.AddrPort, error) {
	var addresses []netip.AddrPort
	for range n {
		l, err := net.Listen("tcp4", "127.0.0.1:0")
		if err != nil {
			return nil, fmt.Errorf("looking for a free port: %w", err)
		}
		defer l.Close()
		addresses = append(addresses, l.Addr().(*net.TCPAddr).AddrPort())
	}
	return addresses, nil
}
