package datastore

import (
	"context"
	"slices"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

// pluginRules: a plugin for a route or service runs for its requests, so the two have to have a protocol in common.
//
// Kong 3.9: plugins, protocols of the scope.
type pluginRules struct{ plain }

func (pluginRules) check(ctx context.Context, db *DB, w write) error {
	plugin := scopeAfter(w)
	protocols, ok := plugin["protocols"].([]any)
	if !ok {
		return nil
	}
	// A scope that does not resolve is refused later on.
	if err := db.resolveForeign(ctx, w.entity, plugin); err != nil {
		return passUnresolved(err)
	}
	if route := ForeignID(plugin, "route"); route != "" {
		return db.checkRouteProtocols(ctx, route, protocols)
	}
	if service := ForeignID(plugin, "service"); service != "" {
		return db.checkServiceProtocols(ctx, service, protocols)
	}
	return nil
}

// scopeAfter is what the row will have of its scope and its protocols if the body is about any of that, otherwise nil.
// Protocols that a new row leaves to their default are not looked at.
func scopeAfter(w write) Document {
	after, concerned := Document{}, false
	for _, name := range []string{"protocols", "route", "service"} {
		v, given := w.body[name]
		if !given {
			v = w.stored[name]
		}
		after[name] = v
		concerned = concerned || given
	}
	if !concerned {
		return nil
	}
	return after
}

func passUnresolved(err error) error {
	if ErrorCode(err) != 0 {
		return nil
	}
	return err
}

func (db *DB) checkRouteProtocols(ctx context.Context, id string, protocols []any) error {
	if !schema.IsUUID(id) {
		return nil
	}
	route, err := db.Find(ctx, db.model.Entity("routes"), ID(id))
	if err != nil {
		return passUnresolved(err)
	}
	if shareProtocol(route, protocols) {
		return nil
	}
	return SchemaViolation(schema.Errors{"protocols": "must match the associated route's protocols"})
}

// checkServiceProtocols looks at the routes of a service. One without any may get routes later.
func (db *DB) checkServiceProtocols(ctx context.Context, id string, protocols []any) error {
	if !schema.IsUUID(id) {
		return nil
	}
	routes, matching := 0, 0
	err := db.Each(ctx, db.model.Entity("routes"), Key{Field: "service", Value: id}, func(route Document) error {
		routes++
		if shareProtocol(route, protocols) {
			matching++
		}
		return nil
	})
	if err != nil || routes == 0 || matching > 0 {
		return err
	}
	return SchemaViolation(schema.Errors{
		"protocols": "must match the protocols of at least one route pointing to this Plugin's service",
	})
}

func shareProtocol(route Document, protocols []any) bool {
	offered, _ := route["protocols"].([]any)
	return slices.ContainsFunc(offered, func(p any) bool { return slices.Contains(protocols, p) })
}

// events make nodes look which plugins there are.
func (pluginRules) events(context.Context, *DB, change) ([]Event, error) {
	return []Event{coreKey("plugins_iterator:version")}, nil
}
