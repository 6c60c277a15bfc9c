package doctor

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"sync"

	"github.com/kongo-gateway/kongo/balancer/dns"
	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/node"
)

// mostServers bounds how many servers are tried, dialsAtOnce how many at the same time.
const (
	mostServers = 1000
	dialsAtOnce = 50
)

// checkTargets tries to reach the servers to which requests go: the targets of upstreams, and the hosts of services.
func checkTargets(ctx context.Context, p *patient) []Finding {
	const check = "upstreams"
	if p.db == nil {
		return nil
	}
	servers, err := p.servers(ctx)
	if err != nil {
		return one(check, Fail, err.Error(), "see the datastore")
	}
	resolver, err := node.Resolver(p.config)
	if err != nil {
		return one(check, Fail, err.Error(), "check dns_resolver and dns_hostsfile")
	}
	defer resolver.Close()
	findings := make([][]Finding, len(servers))
	var trying sync.WaitGroup
	turns := make(chan struct{}, dialsAtOnce)
	for i, address := range servers {
		turns <- struct{}{}
		trying.Go(func() {
			defer func() { <-turns }()
			findings[i] = try(ctx, resolver, address)
		})
	}
	trying.Wait()
	var all []Finding
	for _, f := range findings {
		all = append(all, f...)
	}
	if len(all) == 0 {
		return one(check, OK, fmt.Sprintf("all of %d servers accept connections", len(servers)), "")
	}
	return all
}

// servers returns the addresses of servers, each once.
func (p *patient) servers(ctx context.Context) ([]string, error) {
	var servers []string
	seen := map[string]bool{}
	add := func(address string) {
		if !seen[address] && len(servers) < mostServers {
			seen[address] = true
			servers = append(servers, address)
		}
	}
	groups := map[string]bool{}
	each := func(name string, fn func(row datastore.Document)) error {
		return p.db.Each(ctx, p.db.Model().Entity(name), datastore.Key{}, func(row datastore.Document) error {
			fn(row)
			return nil
		})
	}
	if err := each("upstreams", func(row datastore.Document) {
		name, _ := row["name"].(string)
		groups[name] = true
	}); err != nil {
		return nil, err
	}
	if err := each("targets", func(row datastore.Document) {
		if target, _ := row["target"].(string); row["weight"] != int64(0) {
			add(target)
		}
	}); err != nil {
		return nil, err
	}
	err := each("services", func(row datastore.Document) {
		host, _ := row["host"].(string)
		port, _ := row["port"].(int64)
		if !groups[host] {
			add(net.JoinHostPort(host, strconv.FormatInt(port, 10)))
		}
	})
	return servers, err
}

// try connects to one of the addresses of a server.
func try(ctx context.Context, resolver *dns.Client, address string) []Finding {
	const check = "upstreams"
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil
	}
	answer, err := resolver.Lookup(ctx, host)
	if err != nil || len(answer.Addrs) == 0 {
		return one(check, Fail, fmt.Sprintf("the name %s can't be resolved: %v", host, err),
			"correct the host of the service or the target, or add the name to DNS or to dns_hostsfile")
	}
	for _, a := range answer.Addrs {
		if err = dial(ctx, net.JoinHostPort(a.String(), port)); err == nil {
			return nil
		}
	}
	return one(check, Warn, fmt.Sprintf("%s accepts no connections: %v", address, err),
		"start the server, open its firewall for this machine, or remove the target")
}
