package admin

import (
	"context"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/kongo-gateway/kongo/balancer"
	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
)

// defaultAddressPort is the port of an address that gives none.
const defaultAddressPort = 8000

// mark sets the health of the addresses of a target, or of the one in the path, on all nodes.
//
// Kong 3.9: Admin API, targets healthy and unhealthy.
func (t targets) mark(healthy bool) handler {
	return func(ctx context.Context, r *request) (answer, error) {
		upstream, row, err := t.findTarget(ctx, r)
		if err != nil {
			return answer{}, err
		}
		m, err := newHealthMark(upstream, row, r)
		if err != nil {
			return answer{}, err
		}
		m.healthy = healthy
		if err := m.apply(t.api.balancer(m.upstreamID)); err != nil {
			return answer{}, badRequest(err.Error())
		}
		// It is in force here; that other nodes do not learn of it is no reason to take it back.
		if err := t.db.Publish(ctx, m.event()); err != nil {
			t.api.opts.Log.Error("could not tell other nodes of a target's health", "upstream", m.upstreamName, "error", err)
		}
		return noContent(), nil
	}
}

// balancer returns the balancer of an upstream on this node, or nil.
func (a *API) balancer(upstreamID string) *balancer.Balancer {
	if a.opts.Balancer == nil {
		return nil
	}
	return a.opts.Balancer(upstreamID)
}

// healthMark says that an address, or all addresses of a host, are healthy or not.
type healthMark struct {
	upstreamID, upstreamName string
	host                     string // IPv6 in brackets
	ip                       netip.Addr
	port                     int
	healthy                  bool
}

func newHealthMark(upstream, row datastore.Document, r *request) (healthMark, error) {
	m := healthMark{upstreamID: datastore.DocumentID(upstream)}
	m.upstreamName, _ = upstream["name"].(string)
	text, _ := row["target"].(string)
	target, err := typedef.ParseAddress(text)
	if err != nil {
		return m, fmt.Errorf("target %s: %w", text, err)
	}
	m.port, target.HasPort = target.Port, false
	m.host = target.String()
	if _, given := r.params["address"]; !given {
		return m, nil
	}
	address, err := typedef.ParseAddress(r.param("address"))
	if err == nil {
		m.ip, err = netip.ParseAddr(address.Host)
	}
	if err != nil {
		return m, badRequest("invalid address: " + r.param("address"))
	}
	m.port = defaultAddressPort
	if address.HasPort {
		m.port = address.Port
	}
	return m, nil
}

// apply sets the health on this node. The error is for the client.
func (m healthMark) apply(b *balancer.Balancer) error {
	if b == nil {
		return fmt.Errorf("Upstream %s has no balancer", m.upstreamName)
	}
	return b.SetHealth(m.host, m.ip, uint16(m.port), m.healthy)
}

// event is what other nodes are told.
//
// Kong 3.9: cluster events, balancer:post_health.
func (m healthMark) event() datastore.Event {
	ip, health := "", "0"
	if m.ip.IsValid() {
		ip = m.ip.StringExpanded()
	}
	if m.healthy {
		health = "1"
	}
	data := []string{m.host, ip, strconv.Itoa(m.port), health, m.upstreamID, m.upstreamName}
	return datastore.Event{Channel: datastore.ChannelHealth, Data: strings.Join(data, "|")}
}
