package proxy

import (
	"context"
	"fmt"
	"sync"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/proxy/router"
)

// loading is a snapshot that is made of everything there is. Rows become what requests need as they are read, so that they are
// not all in memory at a time. Until publish nothing is in force and nothing refers to it.
type loading struct {
	*reader
	draft
	fresh         model
	upstreamSlots []upstreamRows
	serviceSlots  []*service
}

// loadEverything reads the whole configuration and puts it into force, in the place of whatever was before.
func (b *builder) loadEverything(ctx context.Context) error {
	l := &loading{reader: b.reader(ctx), fresh: newModel()}
	l.draft = draft{b: b, model: &l.fresh, next: *b.empty()}
	for _, step := range []func() error{l.loadMaterial, l.loadUpstreams, l.loadServices, l.loadRoutes, l.loadPlugins} {
		if err := step(); err != nil {
			return err
		}
	}
	l.startBalancers(b.server.snapshot.Load())
	b.model = l.fresh
	l.publish()
	return nil
}

func (l *loading) loadMaterial() error {
	if err := l.readAllMaterial(); err != nil {
		return fmt.Errorf("read certificates: %w", err)
	}
	l.applyMaterial(&l.reading)
	return nil
}

// loadUpstreams reads upstreams and targets. The balancers are made when nothing can fail any more, because they take over
// from those that are there.
func (l *loading) loadUpstreams() error {
	slots := map[string]int{}
	err := l.each("upstreams", datastore.Key{}, func(r row) {
		slots[r.id()] = len(l.upstreamSlots)
		l.fresh.upstreams[r.text("name")] = len(l.upstreamSlots)
		l.upstreamSlots = append(l.upstreamSlots, upstreamRows{upstream: r})
	})
	if err == nil && len(slots) > 0 {
		err = l.each("targets", datastore.Key{}, func(r row) {
			if slot, known := slots[r.reference("upstream")]; known {
				l.upstreamSlots[slot].targets = append(l.upstreamSlots[slot].targets, targetOf(r))
			}
		})
	}
	if err != nil {
		return fmt.Errorf("read upstreams: %w", err)
	}
	l.fresh.slots.upstreams = len(l.upstreamSlots)
	return nil
}

func (l *loading) loadServices() error {
	err := l.each("services", datastore.Key{}, func(r row) {
		l.fresh.services[r.id()] = len(l.serviceSlots)
		l.serviceSlots = append(l.serviceSlots, l.draft.b.compileService(&l.fresh, r))
	})
	if err != nil {
		return fmt.Errorf("read services: %w", err)
	}
	l.fresh.slots.services = len(l.serviceSlots)
	l.next.services = tableOf(l.serviceSlots)
	return nil
}

// routesAtATime is how many routes are read before they go into the router.
const routesAtATime = 4096

func (l *loading) loadRoutes() error {
	var batch []router.Route
	flush := func() {
		l.putRoutes(batch, nil)
		batch = batch[:0]
	}
	err := l.each("routes", datastore.Key{}, func(r row) {
		if compiled, ok := l.compileRoute(r); ok {
			if batch = append(batch, compiled); len(batch) == routesAtATime {
				flush()
			}
		}
	})
	if err != nil {
		return fmt.Errorf("read routes: %w", err)
	}
	flush()
	return nil
}

func (l *loading) loadPlugins() error {
	if err := l.readPlugins(&changes{plugins: pluginScopes{all: true}}); err != nil {
		return fmt.Errorf("read plugins: %w", err)
	}
	for id, found := range l.plugins {
		if c, ok := l.draft.b.compilePlugin(found, l.draft.b.model.plugins[id]); ok {
			l.fresh.plugins[id] = c
		}
	}
	l.setPlugins()
	return nil
}

// balancersAtATime is how many balancers are made at a time: each may wait for names to be resolved.
const balancersAtATime = 32

// startBalancers makes the balancers of all upstreams, in the place of those of a former snapshot.
func (l *loading) startBalancers(former *snapshot) {
	groups := make([]*upstreamGroup, len(l.upstreamSlots))
	turn := make(chan struct{}, balancersAtATime)
	var running sync.WaitGroup
	for slot, rows := range l.upstreamSlots {
		turn <- struct{}{}
		running.Go(func() {
			groups[slot] = l.draft.b.compileUpstream(&l.fresh, rows, former.groups[rows.upstream.id()])
			groups[slot].slot = slot
			<-turn
		})
	}
	running.Wait()
	l.next.upstreams = tableOf(groups)
	l.next.groups = make(map[string]*upstreamGroup, len(groups))
	for _, group := range groups {
		l.next.groups[group.id] = group
	}
	for _, group := range former.groups {
		l.replaced = append(l.replaced, group)
	}
}
