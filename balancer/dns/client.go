package dns

import (
	"context"
	"net/netip"
	"strings"
	"sync"
	"time"
)

const (
	// systemTTL is the TTL of answers that come without one. The package documentation gives the reasons.
	systemTTL = 5 * time.Second

	// queryTimeout bounds one query with all its retries. Kong 3.9: DNS client, 5 attempts of 2 s.
	queryTimeout = 10 * time.Second
)

// Options says where a Client looks and how long it remembers. All durations are taken as they are: the defaults of
// kong.conf belong to package conf.
type Options struct {
	// HostsFile is the path of dns_hostsfile. Without one only localhost is known.
	HostsFile string

	// Order lists the types to ask for, in turn, until one has records; empty means A alone. (dns_order)
	Order []Type

	// Servers replace those of /etc/resolv.conf, in rotation. (dns_resolver)
	Servers []netip.AddrPort

	// Source replaces the system's resolver; Servers then have no effect.
	Source Resolver

	ValidTTL    time.Duration // overrides the TTL of good answers if positive (dns_valid_ttl)
	StaleTTL    time.Duration // how long a good answer may be used past its time (dns_stale_ttl)
	NotFoundTTL time.Duration // how long ErrNotFound is remembered (dns_not_found_ttl)
	ErrorTTL    time.Duration // how long other failures are remembered (dns_error_ttl)

	// CacheSize is the number of names remembered, 0 for any number. A name beyond it takes the place of another,
	// preferably of one without a usable answer. (dns_cache_size)
	CacheSize int
}

// Client is a Resolver that remembers answers. It is safe for concurrent use.
type Client struct {
	options Options
	hosts   hosts
	source  Resolver

	ctx     context.Context // ends when the client is closed
	cancel  context.CancelFunc
	queries sync.WaitGroup

	mu     sync.Mutex // guards what follows
	names  map[string]*Host
	closed bool
}

// New returns a client; whoever made it closes it. It fails if the hosts file cannot be read.
func New(options Options) (*Client, error) {
	h, err := readHosts(options.HostsFile)
	if err != nil {
		return nil, err
	}
	if len(options.Order) == 0 {
		options.Order = []Type{A}
	}
	source := options.Source
	if source == nil {
		source = newSystem(options.Order, options.Servers)
	}
	c := &Client{options: options, hosts: h, source: source, names: map[string]*Host{}}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	return c, nil
}

// Close ends the queries under way and waits for them. Answers that are known stay available.
func (c *Client) Close() {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.cancel()
	c.queries.Wait()
}

// Lookup implements Resolver. It waits for a query only when nothing usable is known about the name.
func (c *Client) Lookup(ctx context.Context, name string) (Answer, error) {
	return c.Host(name).lookup(ctx)
}

// Host returns the handle on a name. It takes a lock and makes no query: hold on to the handle rather than ask for it
// again for each request.
func (c *Client) Host(name string) *Host {
	name = strings.ToLower(name)
	c.mu.Lock()
	defer c.mu.Unlock()
	if h, ok := c.names[name]; ok {
		return h
	}
	if c.options.CacheSize > 0 && len(c.names) >= c.options.CacheSize {
		c.forgetOne(time.Now())
	}
	h := &Host{client: c, name: name}
	if addr, ok := c.lookupLocally(name); ok {
		h.known.Store(localRecord(addr))
	}
	c.names[name] = h
	return h
}

// lookupLocally answers the names that need no query.
func (c *Client) lookupLocally(name string) (netip.Addr, bool) {
	if addr, ok := parseLiteral(name); ok {
		return addr, true
	}
	return c.hosts.lookup(name, c.options.Order)
}

// forgetOne makes room for a name: of a few arbitrary ones it forgets one without a usable answer, or else the last.
// Handles on the forgotten name go on working. The caller holds mu.
func (c *Client) forgetOne(now time.Time) {
	const sample = 16
	victim, seen := "", 0
	for name, h := range c.names {
		victim = name
		seen++
		if seen == sample || !h.known.Load().usable(now) {
			break
		}
	}
	delete(c.names, victim)
}

// start runs a query in a goroutine that Close waits for. It reports false when the client is closed.
func (c *Client) start(query func()) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return false
	}
	c.queries.Go(query)
	return true
}
