package proxy

import (
	"context"
	"errors"
	"fmt"

	"github.com/kongo-gateway/kongo/balancer"
	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// reading is what was read of the store for some changes. It is read as a whole before anything is made of it, so that a store
// that fails on the way leaves nothing half-done.
type reading struct {
	services, routes, upstreams, plugins map[string]row               // by id; nil for a row that is not there any more
	targets                              map[string][]balancer.Target // of upstreams
	scopes                               pluginScopes                 // those whose plugins were read as a whole
	certificates                         map[string]row               // certificates and authorities
	names                                []row                        // snis
	allMaterial                          bool                         // certificates and names are all there are
}

// reader reads rows for a reading.
type reader struct {
	ctx context.Context
	b   *builder
	reading
}

func (b *builder) reader(ctx context.Context) *reader {
	return &reader{ctx: ctx, b: b, reading: reading{
		services: map[string]row{}, routes: map[string]row{}, upstreams: map[string]row{}, plugins: map[string]row{},
		targets: map[string][]balancer.Target{}, certificates: map[string]row{},
	}}
}

func (r *reader) entity(name string) *schema.Entity { return r.b.db.Model().Entity(name) }

// find reads a row, nil if it is not there.
func (r *reader) find(entity, id string) (row, error) {
	doc, err := r.b.db.Find(r.ctx, r.entity(entity), datastore.ID(id))
	if datastore.ErrorCode(err) == datastore.CodeNotFound {
		return nil, nil
	}
	return row(doc), err
}

// each reads the rows of an entity, or those below another row.
func (r *reader) each(entity string, parent datastore.Key, take func(row)) error {
	return r.b.db.Each(r.ctx, r.entity(entity), parent, func(doc datastore.Document) error {
		take(row(doc))
		return nil
	})
}

// read reads what has changed, and what follows from it.
func (r *reader) read(c *changes) error {
	for _, step := range []func(*changes) error{r.readRoutes, r.readServices, r.readUpstreams, r.readPlugins, r.readMaterial} {
		if err := step(c); err != nil {
			return fmt.Errorf("read changes: %w", err)
		}
	}
	return nil
}

// readRoutes reads routes. The service of a route may have been missed.
func (r *reader) readRoutes(c *changes) error {
	for id := range c.routes {
		found, err := r.find("routes", id)
		if err != nil {
			return err
		}
		r.routes[id] = found
		if service := found.reference("service"); service != "" {
			if _, known := r.b.model.services[service]; !known {
				c.services.add(service)
			}
		}
	}
	return nil
}

// readServices reads services, and the routes of those that are or were disabled.
func (r *reader) readServices(c *changes) error {
	for id := range c.services {
		found, err := r.find("services", id)
		if err != nil {
			return err
		}
		r.services[id] = found
		if found == nil || !r.b.toggles(id, found) {
			continue
		}
		err = r.each("routes", datastore.Key{Field: "service", Value: id}, func(route row) { r.routes[route.id()] = route })
		if err != nil {
			return err
		}
	}
	return nil
}

// toggles reports whether a row lets the routes of a service in that were out, or the other way round.
func (b *builder) toggles(id string, service row) bool {
	slot, known := b.model.services[id]
	if !known {
		return true
	}
	former := b.server.snapshot.Load().services.at(slot)
	return former == nil || former.disabled != (service["enabled"] == false)
}

// readUpstreams reads upstreams with their targets.
func (r *reader) readUpstreams(c *changes) error {
	upstreams := ids{}
	for id := range c.upstreams {
		upstreams.add(id)
	}
	for id := range c.targets {
		// Nodes of Kong 2.8 name the target itself.
		if found, err := r.find("targets", id); err != nil {
			return err
		} else if found != nil {
			id = found.reference("upstream")
		}
		upstreams.add(id)
	}
	for id := range upstreams {
		found, err := r.find("upstreams", id)
		if err != nil {
			return err
		}
		r.upstreams[id] = found
		if found == nil {
			continue
		}
		err = r.each("targets", datastore.Key{Field: "upstream", Value: id}, func(target row) {
			r.targets[id] = append(r.targets[id], targetOf(target))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// readPlugins reads the plugins of whole scopes.
func (r *reader) readPlugins(c *changes) error {
	r.scopes = c.plugins
	take := func(found row) { r.plugins[found.id()] = found }
	if c.plugins.all {
		return r.each("plugins", datastore.Key{}, take)
	}
	for field, scope := range map[string]ids{
		"route": c.plugins.routes, "service": c.plugins.services, "consumer": c.plugins.consumers,
	} {
		for id := range scope {
			if err := r.each("plugins", datastore.Key{Field: field, Value: id}, take); err != nil {
				return err
			}
		}
	}
	return nil
}

// readMaterial reads the key material that is referred to and not known yet, or all of it if some of it has changed.
func (r *reader) readMaterial(c *changes) error {
	if c.certificates {
		return r.readAllMaterial()
	}
	wanted := map[string]string{} // entity by id
	for _, rows := range []map[string]row{r.services, r.upstreams} {
		for _, found := range rows {
			if id := found.reference("client_certificate"); id != "" {
				wanted[id] = "certificates"
			}
			for _, id := range found.texts("ca_certificates") {
				wanted[id] = "ca_certificates"
			}
		}
	}
	known := &r.b.model.material
	for id, entity := range wanted {
		if known.certificates[id] != nil || known.authorities[id] != nil {
			continue
		}
		found, err := r.find(entity, id)
		if err != nil {
			return err
		}
		r.certificates[id] = found
	}
	return nil
}

// readAllMaterial reads all certificates, authorities and server names.
func (r *reader) readAllMaterial() error {
	r.allMaterial = true
	take := func(found row) { r.certificates[found.id()] = found }
	return errors.Join(
		r.each("certificates", datastore.Key{}, take),
		r.each("ca_certificates", datastore.Key{}, take),
		r.each("snis", datastore.Key{}, func(name row) { r.names = append(r.names, name) }),
	)
}
