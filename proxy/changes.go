package proxy

import (
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/plugin"
)

// channels are those on which nodes tell of what concerns the data plane.
var channels = []string{
	datastore.ChannelInvalidations, datastore.ChannelCoreInvalidations,
	datastore.ChannelUpstreams, datastore.ChannelTargets, datastore.ChannelHealth,
}

// changes is what has to be read again, because it may be another than it was. The zero value is nothing.
type changes struct {
	everything bool

	routes, services, upstreams ids
	targets                     ids // of which upstreams, or the targets themselves
	plugins                     pluginScopes
	certificates                bool // certificates, server names or authorities

	// The set of routes and services, or that of plugins, has another version. Whoever made it so has told what has changed,
	// too, perhaps a moment earlier.
	routerVersion, pluginsVersion bool

	health []healthMark
}

type ids map[string]struct{}

func (i *ids) add(id string) {
	if *i == nil {
		*i = ids{}
	}
	(*i)[id] = struct{}{}
}

func (i ids) has(id string) bool {
	_, ok := i[id]
	return ok
}

// pluginScopes says which rows of the entity plugins have to be read again: those of some routes, services and consumers, or
// all of them.
type pluginScopes struct {
	all                         bool
	routes, services, consumers ids
}

func (p *pluginScopes) any() bool { return p.all || len(p.routes)+len(p.services)+len(p.consumers) > 0 }

// cover reports whether the rows with a scope were read.
func (p *pluginScopes) cover(s plugin.Scope) bool {
	return p.all || p.routes.has(s.Route) || p.services.has(s.Service) || p.consumers.has(s.Consumer)
}

// healthMark is somebody's word that an address, or all addresses of a target, are healthy or not.
type healthMark struct {
	upstream string
	host     string
	ip       netip.Addr // the zero Addr for all addresses
	port     uint16
	healthy  bool
}

// addEvents takes note of events. What cannot be understood, but may concern something, makes that be read as a whole.
//
// Kong 3.9: cluster events.
func (c *changes) addEvents(events []datastore.Event) {
	for _, e := range events {
		switch e.Channel {
		case datastore.ChannelEverything:
			c.everything = true
		case datastore.ChannelInvalidations, datastore.ChannelCoreInvalidations:
			c.addKey(e.Data)
		case datastore.ChannelUpstreams:
			c.addBalancerEvent(&c.upstreams, e.Data, 2)
		case datastore.ChannelTargets:
			c.addBalancerEvent(&c.targets, e.Data, 1)
		case datastore.ChannelHealth:
			if mark, ok := parseHealthMark(e.Data); ok {
				c.health = append(c.health, mark)
			}
		}
	}
}

// addBalancerEvent takes the id of an upstream out of an event's colon-separated data.
func (c *changes) addBalancerEvent(to *ids, data string, position int) {
	parts := strings.Split(data, ":")
	if position >= len(parts) || !schema.IsUUID(parts[position]) {
		c.everything = true
		return
	}
	to.add(parts[position])
}

// addKey takes note of a cache key.
func (c *changes) addKey(key string) {
	entity, rest, _ := strings.Cut(key, ":")
	switch entity {
	case "routes":
		c.addID(&c.routes, rest)
	case "services":
		c.addID(&c.services, rest)
	case "upstreams":
		c.addID(&c.upstreams, rest)
	case "targets":
		// What follows the id may contain colons.
		c.addID(&c.targets, rest)
	case "plugins":
		c.plugins.addKey(rest)
	case "plugins_iterator":
		c.pluginsVersion = true
	case "router":
		c.routerVersion = true
	case "certificates", "snis", "ca_certificates", "ca_stores":
		c.certificates = true
	}
}

const uuidLen = 36

// addID takes the id at the beginning of a key.
func (c *changes) addID(to *ids, rest string) {
	if len(rest) < uuidLen || !schema.IsUUID(rest[:uuidLen]) {
		c.everything = true
		return
	}
	to.add(rest[:uuidLen])
}

// addKey takes the scope out of what follows the entity in a cache key: name, route, service, consumer.
func (p *pluginScopes) addKey(rest string) {
	parts := strings.Split(rest, ":")
	if len(parts) < 4 {
		p.all = true
		return
	}
	switch route, service, consumer := parts[1], parts[2], parts[3]; {
	case schema.IsUUID(route):
		p.routes.add(route)
	case schema.IsUUID(service):
		p.services.add(service)
	case schema.IsUUID(consumer):
		p.consumers.add(consumer)
	default:
		p.all = true
	}
}

// parseHealthMark reads the data of an event: host|ip|port|health|upstream id|upstream name.
func parseHealthMark(data string) (m healthMark, ok bool) {
	parts := strings.Split(data, "|")
	if len(parts) < 5 {
		return m, false
	}
	port, err := strconv.ParseUint(parts[2], 10, 16)
	if err != nil {
		return m, false
	}
	m = healthMark{upstream: parts[4], host: parts[0], port: uint16(port), healthy: parts[3] == "1"}
	if parts[1] != "" && parts[1] != "nil" {
		if m.ip, ok = parseAddress(parts[1]); !ok {
			return m, false
		}
	}
	return m, true
}

// merge adds other changes.
func (c *changes) merge(other *changes) {
	c.everything = c.everything || other.everything
	c.certificates = c.certificates || other.certificates
	c.plugins.all = c.plugins.all || other.plugins.all
	for _, pair := range [...]struct {
		to   *ids
		from ids
	}{
		{&c.routes, other.routes}, {&c.services, other.services}, {&c.upstreams, other.upstreams}, {&c.targets, other.targets},
		{&c.plugins.routes, other.plugins.routes}, {&c.plugins.services, other.plugins.services},
		{&c.plugins.consumers, other.plugins.consumers},
	} {
		for id := range pair.from {
			pair.to.add(id)
		}
	}
	c.health = append(c.health, other.health...)
}

// empty reports whether nothing has to be read.
func (c *changes) empty() bool {
	return !c.everything && !c.certificates && !c.plugins.any() &&
		len(c.routes)+len(c.services)+len(c.upstreams)+len(c.targets) == 0
}

// versions remembers for which versions the reasons are known.
type versions struct {
	router, plugins time.Time // when a change was told of last, if its version was not
}

// reasonDelay is how long after a change its version may be told of.
const reasonDelay = 10 * time.Second

// settle looks for the reasons of new versions. Where there is none everything has to be read that may be it: another node
// runs ahead of what it tells, or somebody has asked for a rebuild.
func (v *versions) settle(c *changes, now time.Time) {
	router, plugins := len(c.routes)+len(c.services) > 0, c.plugins.any()
	c.everything = explain(&v.router, router, c.routerVersion, now) || c.everything
	c.plugins.all = explain(&v.plugins, plugins, c.pluginsVersion, now) || c.plugins.all
	c.routerVersion, c.pluginsVersion = false, false
}

// explain reports whether a version is new for no known reason.
func explain(told *time.Time, changed, version bool, now time.Time) (unknown bool) {
	switch {
	case changed && version:
		*told = time.Time{}
	case changed:
		*told = now
	case version && now.Sub(*told) < reasonDelay:
		*told = time.Time{}
	case version:
		return true
	}
	return false
}
