package proxy

import (
	"context"
	"maps"
	"slices"
)

// applyChanges reads what has changed and puts it into force.
func (b *builder) applyChanges(ctx context.Context, c *changes) error {
	r := b.reader(ctx)
	if err := r.read(c); err != nil {
		return err
	}
	d := b.draft()
	d.applyMaterial(&r.reading)
	for _, id := range slices.Sorted(maps.Keys(r.upstreams)) {
		if found := r.upstreams[id]; found != nil {
			d.addUpstream(upstreamRows{found, r.targets[id]})
		} else {
			d.removeUpstream(id)
		}
	}
	for id, found := range r.services {
		if found != nil {
			d.addService(found)
		} else {
			d.removeService(id)
		}
	}
	d.applyRoutes(r.routes)
	if r.scopes.any() {
		d.applyPlugins(&r.reading)
	}
	d.publish()
	return nil
}

// applyMaterial takes key material in. If all of it was read what refers to it is made anew.
func (d *draft) applyMaterial(r *reading) {
	if r.allMaterial {
		d.model.material = newMaterial()
	}
	for id, found := range r.certificates {
		d.model.material.add(id, found, d.b.server.opts.Log)
	}
	if !r.allMaterial {
		return
	}
	d.setNames(r)
	d.relink(func(svc *service) bool { return svc.certificate != "" || len(svc.authorities) > 0 })
	for id, group := range d.next.groups {
		if group.certificateID == "" {
			continue
		}
		// Active health checks keep the former certificate until the upstream changes.
		changed := *group
		changed.certificate = d.model.material.certificates[group.certificateID]
		d.next.upstreams = d.next.upstreams.with(group.slot, &changed)
		d.next.groups = maps.Clone(d.next.groups)
		d.next.groups[id] = &changed
	}
}

// setNames compiles the names of certificates that clients are shown.
func (d *draft) setNames(r *reading) {
	names := serverNames{}
	for _, name := range r.names {
		id := name.reference("certificate")
		if certificate := d.model.material.certificates[id]; certificate != nil {
			names.add(name.text("name"), certificate, r.certificates[id], d.b.server.opts.Log)
		}
	}
	d.next.certificates = names
}

func (d *draft) applyRoutes(rows map[string]row) {
	var changed []row
	var removed []string
	for id, found := range rows {
		if found != nil {
			changed = append(changed, found)
		} else {
			removed = append(removed, id)
		}
	}
	if len(rows) > 0 {
		d.addRoutes(changed, removed)
	}
}

// applyPlugins puts the plugins of the scopes that were read in the place of those that were there.
func (d *draft) applyPlugins(r *reading) {
	former := maps.Clone(d.model.plugins)
	maps.DeleteFunc(d.model.plugins, func(_ string, c configured) bool { return r.scopes.cover(c.Scope) })
	for id, found := range r.plugins {
		if c, ok := d.b.compilePlugin(found, former[id]); ok {
			d.model.plugins[id] = c
		}
	}
	d.setPlugins()
}
