package cluster

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Statuses of nodes. Kong 0.10: GET /cluster.
const (
	StatusAlive  = "alive"
	StatusFailed = "failed"
)

// Node is one of the nodes that share a store, as it is shown. Of a node of Kong's only the id is known, and when it wrote
// last.
type Node struct {
	ID       string   `json:"node_id"`
	Hostname string   `json:"hostname"`
	Kind     string   `json:"kind"` // "kongo" or "kong"
	Version  string   `json:"version"`
	Listen   []string `json:"listen"`
	// Times are in seconds since 1970.
	StartedAt  *float64 `json:"started_at"`
	LastSeenAt float64  `json:"last_seen_at"`
	Live       bool     `json:"live"`
	// LagMS is how old an event was when the node read it, or how long one has been waiting for it.
	LagMS *int64 `json:"lag_ms"`
	// PolledAt is the moment, by the store's clock, up to which the node has read events.
	PolledAt     *float64 `json:"polled_at"`
	ConfigHash   string   `json:"config_hash"`
	SettingsHash string   `json:"settings_hash"`
	// Differs names the settings, and "version", in which the node is not like most of the live ones.
	Differs []string `json:"differs"`
	// Left says of a node that is not live that it was ended on purpose.
	Left bool `json:"left"`
	// ClockOffsetMS is how far the clock of the node is before the store's.
	ClockOffsetMS int64    `json:"clock_offset_ms"`
	AdminListen   []string `json:"admin_listen"`
	Settings      Settings `json:"settings"`

	// The form that Kong 0.10 gave a member of its cluster.
	Name    string `json:"name"`
	Address string `json:"address"`
	Status  string `json:"status"`

	// started, seen and polled are by the store's clock.
	started, seen, polled time.Time
	// replaced says that another process has the addresses of this one.
	replaced bool
	entry    *entry // nil for a node of Kong's
}

// List is the answer to the question which nodes there are.
type List struct {
	Data  []Node `json:"data"`
	Total int    `json:"total"`
	// Warning says what keeps the list from being the present one.
	Warning string `json:"warning,omitempty"`
}

// newNode is a node as its entry describes it.
func newNode(id string, started, seen, now time.Time, e *entry) Node {
	polled := time.UnixMilli(e.Polled)
	since, upTo := unixSeconds(started), unixSeconds(polled)
	n := Node{
		ID: id, Hostname: e.Hostname, Kind: KindKongo, Version: e.Version,
		Listen:    append(slices.Concat(e.Proxy, e.Admin, e.Status), []string{}...),
		StartedAt: &since, LastSeenAt: unixSeconds(seen), Live: e.live(seen, now), LagMS: &e.Lag, PolledAt: &upTo,
		ConfigHash: e.ConfigHash, SettingsHash: e.Settings.hash(), Left: e.Left, ClockOffsetMS: e.ClockOffset,
		AdminListen: orNone(e.Admin), Settings: e.Settings, Differs: []string{},
		started: started, seen: seen, polled: polled, entry: e,
	}
	if len(n.Listen) > 0 {
		n.Address = n.Listen[0]
	}
	n.name()
	return n
}

func orNone(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// name gives a node the name and the status that a member of a cluster had in Kong 0.10.
func (n *Node) name() {
	first, _, _ := strings.Cut(n.ID, "-")
	n.Name = strings.Join(slices.DeleteFunc([]string{n.Hostname, n.Address, first}, func(part string) bool { return part == "" }), "_")
	n.Status = StatusFailed
	if n.Live {
		n.Status = StatusAlive
	}
}

func unixSeconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

// filtered returns the list with the live nodes alone, or with all, in an order that stays the same.
func (l List) filtered(all bool) List {
	kept := make([]Node, 0, len(l.Data))
	for _, n := range l.Data {
		if all || n.Live {
			kept = append(kept, n)
		}
	}
	slices.SortFunc(kept, func(a, b Node) int {
		return cmp.Or(strings.Compare(b.Kind, a.Kind), strings.Compare(a.Hostname, b.Hostname),
			strings.Compare(a.Address, b.Address), cmp.Compare(a.LastSeenAt, b.LastSeenAt), strings.Compare(a.ID, b.ID))
	})
	l.Data, l.Total = kept, len(kept)
	l.compare()
	return l
}

// compare finds out in what live nodes differ from most of the others.
func (l List) compare() {
	traits := func(n *Node) map[string]string {
		t := map[string]string{"version": n.Version}
		for name, value := range n.Settings {
			t[name] = written(value)
		}
		return t
	}
	counts, live := map[string]map[string]int{}, 0 // of the values of each trait
	for i := range l.Data {
		if n := &l.Data[i]; n.Live && n.Kind == KindKongo {
			live++
			for name, value := range traits(n) {
				if counts[name] == nil {
					counts[name] = map[string]int{}
				}
				counts[name][value]++
			}
		}
	}
	for i := range l.Data {
		n := &l.Data[i]
		if n.Kind != KindKongo {
			continue
		}
		n.Differs = []string{}
		for name, value := range traits(n) {
			most := 0
			for _, count := range counts[name] {
				most = max(most, count)
			}
			// Of two nodes that differ neither is the odd one, so both are.
			if count := counts[name][value]; count < most || len(counts[name]) > 1 && 2*count <= live {
				n.Differs = append(n.Differs, name)
			}
		}
		slices.Sort(n.Differs)
	}
}
