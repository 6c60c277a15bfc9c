package proxy

import (
	"maps"

	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/proxy/router"
)

// model is what a builder remembers of the configuration in force beside the snapshot: where things are, so that changes find
// them. Slots are not used a second time, lest a route that is read late got a service that is not its own; reading everything
// numbers them anew.
type model struct {
	services  map[string]int // slots of services by id
	upstreams map[string]int // slots of upstreams by name
	slots     struct{ services, upstreams int }
	plugins   map[string]configured // by id of the row
	material  material
}

func newModel() model {
	return model{services: map[string]int{}, upstreams: map[string]int{}, plugins: map[string]configured{}, material: newMaterial()}
}

// draft is a snapshot in the making.
type draft struct {
	b        *builder
	model    *model
	next     snapshot
	replaced []*upstreamGroup // are closed once the snapshot is in force
}

// serviceSlot returns the slot of a service, a new one if it has none.
func (d *draft) serviceSlot(id string) int {
	slot, known := d.model.services[id]
	if !known {
		slot = d.model.slots.services
		d.model.slots.services++
		d.model.services[id] = slot
	}
	return slot
}

// addService puts a service in, in place of its former version.
func (d *draft) addService(r row) {
	d.next.services = d.next.services.with(d.serviceSlot(r.id()), d.b.compileService(d.model, r))
}

// removeService takes a service out. Its routes, if any are left, have none then.
func (d *draft) removeService(id string) {
	if slot, known := d.model.services[id]; known {
		d.next.services = d.next.services.with(slot, nil)
		delete(d.model.services, id)
	}
}

// relink makes new versions of all services for which it says so.
func (d *draft) relink(concerns func(*service) bool) {
	for _, slot := range d.model.services {
		if svc := d.next.services.at(slot); svc != nil && concerns(svc) {
			changed := *svc
			d.b.linkService(d.model, &changed)
			d.next.services = d.next.services.with(slot, &changed)
		}
	}
}

// addUpstream puts an upstream in, in place of its former version.
func (d *draft) addUpstream(rows upstreamRows) {
	former := d.next.groups[rows.upstream.id()]
	group := d.b.compileUpstream(d.model, rows, former)
	if former != nil {
		group.slot = former.slot
		d.replaced = append(d.replaced, former)
	} else {
		group.slot = d.model.slots.upstreams
		d.model.slots.upstreams++
	}
	d.next.upstreams = d.next.upstreams.with(group.slot, group)
	d.next.groups = maps.Clone(d.next.groups)
	if d.next.groups == nil {
		d.next.groups = map[string]*upstreamGroup{}
	}
	d.next.groups[group.id] = group
	if former == nil || former.name != group.name {
		d.rename(former, group)
	}
}

func (d *draft) removeUpstream(id string) {
	former := d.next.groups[id]
	if former == nil {
		return
	}
	d.replaced = append(d.replaced, former)
	d.next.upstreams = d.next.upstreams.with(former.slot, nil)
	d.next.groups = maps.Clone(d.next.groups)
	delete(d.next.groups, id)
	d.rename(former, nil)
}

// rename has services that name an upstream as their host find it, or find it no more.
func (d *draft) rename(former, group *upstreamGroup) {
	names := map[string]bool{}
	if former != nil {
		names[former.name] = true
		if d.model.upstreams[former.name] == former.slot {
			delete(d.model.upstreams, former.name)
		}
	}
	if group != nil {
		names[group.name] = true
		d.model.upstreams[group.name] = group.slot
	}
	d.relink(func(svc *service) bool { return names[svc.host] })
}

// addRoutes puts routes in, in place of their former versions, and takes others out. One that has no place in the router is
// taken out, too.
func (d *draft) addRoutes(rows []row, removed []string) {
	var changed []router.Route
	for _, r := range rows {
		if compiled, ok := d.compileRoute(r); ok {
			changed = append(changed, compiled)
		} else {
			removed = append(removed, r.id())
		}
	}
	d.putRoutes(changed, removed)
}

func (d *draft) putRoutes(changed []router.Route, removed []string) {
	var errs []error
	d.next.router, errs = d.next.router.With(changed, removed)
	for _, err := range errs {
		d.b.server.opts.Log.Error("a route is left out", "error", err)
	}
}

// setPlugins compiles the plugins anew.
func (d *draft) setPlugins() {
	entries := make([]plugin.Entry, 0, len(d.model.plugins))
	for _, c := range d.model.plugins {
		entries = append(entries, c.Entry)
	}
	d.next.plugins = plugin.NewSet(entries)
	d.next.global = d.next.plugins.Chain(plugin.Scope{})
}

// publish puts the snapshot into force.
func (d *draft) publish() {
	d.b.server.snapshot.Store(&d.next)
	for _, group := range d.replaced {
		group.balancer.Close()
	}
}

// draft begins a snapshot that is like the present one.
func (b *builder) draft() *draft {
	return &draft{b: b, model: &b.model, next: *b.server.snapshot.Load()}
}
