package cluster

import (
	"context"
	"slices"
	"sync"

	"github.com/kongo-gateway/kongo/datastore"
)

// channelProbe carries probes. Nodes of Kong do not know it, and do not even read what is on it.
const channelProbe = "kongo:probe"

// rememberedProbes is how many probes a member remembers, for as many people who verify at the same time.
const rememberedProbes = 8

// probes are those that a member has seen.
type probes struct {
	mu   sync.Mutex
	seen []string
}

// notice is a datastore.Subscriber.
func (p *probes) notice(_ context.Context, events []datastore.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, e := range events {
		if e.Channel == channelProbe {
			p.seen = append(p.seen, e.Data)
		}
	}
	p.seen = slices.Clone(p.seen[max(0, len(p.seen)-rememberedProbes):])
}

func (p *probes) list() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.seen)
}
