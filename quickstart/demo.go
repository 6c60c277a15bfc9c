package quickstart

import (
	"context"
	"errors"
	"fmt"

	"github.com/kongo-gateway/kongo/datastore"
)

// name is that of the upstream, the service and the route of the demonstration.
const name = "demo"

// serverNames are those of the echo servers.
var serverNames = []string{"demo-a", "demo-b"}

// Demo is a running demonstration: two echo servers and the entities that lead to them.
type Demo struct{ servers []*echo }

// Start starts the servers and leads /demo to them. Entities of an earlier demonstration are taken over.
func Start(ctx context.Context, db *datastore.DB) (*Demo, error) {
	d := &Demo{}
	for _, name := range serverNames {
		e, err := startEcho(ctx, name)
		if err != nil {
			return nil, errors.Join(err, d.Close())
		}
		d.servers = append(d.servers, e)
	}
	if err := d.configure(ctx, db); err != nil {
		return nil, errors.Join(fmt.Errorf("set up the demonstration: %w", err), d.Close())
	}
	return d, nil
}

// Close stops the servers. The entities stay in the database.
func (d *Demo) Close() error {
	var failures []error
	for _, e := range d.servers {
		failures = append(failures, e.close())
	}
	return errors.Join(failures...)
}

// configure writes the entities. They are what the Admin API would make of the same bodies.
func (d *Demo) configure(ctx context.Context, db *datastore.DB) error {
	upstream, err := put(ctx, db, "upstreams", datastore.Document{"healthchecks": map[string]any{"active": map[string]any{
		"http_path": healthPath,
		"timeout":   int64(1),
		"healthy":   map[string]any{"interval": int64(2), "successes": int64(1)},
		"unhealthy": map[string]any{"interval": int64(1), "http_failures": int64(1), "tcp_failures": int64(1), "timeouts": int64(1)},
	}}})
	if err != nil {
		return err
	}
	if err := d.replaceTargets(ctx, db, upstream); err != nil {
		return err
	}
	service, err := put(ctx, db, "services", datastore.Document{"host": name, "protocol": "http"})
	if err != nil {
		return err
	}
	_, err = put(ctx, db, "routes", datastore.Document{
		"paths":   []any{"/" + name},
		"service": map[string]any{"id": datastore.DocumentID(service)},
	})
	return err
}

// put creates or replaces the entity that has the name of the demonstration.
func put(ctx context.Context, db *datastore.DB, entity string, document datastore.Document) (datastore.Document, error) {
	stored, err := db.Upsert(ctx, db.Model().Entity(entity), datastore.Key{Field: "name", Value: name}, document)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", entity, err)
	}
	return stored, nil
}

// replaceTargets makes the servers the only targets of the upstream: those of an earlier demonstration had other ports.
func (d *Demo) replaceTargets(ctx context.Context, db *datastore.DB, upstream datastore.Document) error {
	targets := db.Model().Entity("targets")
	var stale []string
	parent := datastore.Key{Field: "upstream", Value: datastore.DocumentID(upstream)}
	err := db.Each(ctx, targets, parent, func(target datastore.Document) error {
		stale = append(stale, datastore.DocumentID(target))
		return nil
	})
	if err != nil {
		return fmt.Errorf("targets: %w", err)
	}
	for _, id := range stale {
		if _, err := db.Delete(ctx, targets, datastore.ID(id)); err != nil {
			return fmt.Errorf("targets: %w", err)
		}
	}
	for _, e := range d.servers {
		_, err := db.Insert(ctx, targets, datastore.Document{
			"target":   e.address,
			"upstream": map[string]any{"id": datastore.DocumentID(upstream)},
			"tags":     []any{e.name},
		})
		if err != nil {
			return fmt.Errorf("targets: %w", err)
		}
	}
	return nil
}
