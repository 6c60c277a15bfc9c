package datastore

import "context"

// routerVersion makes nodes build their routers anew.
var routerVersion = coreKey("router:version")

// routeRules: a router has all routes.
type routeRules struct{ plain }

func (routeRules) events(context.Context, *DB, change) ([]Event, error) {
	return []Event{routerVersion}, nil
}

// serviceRules: a router has the services of its routes. One that is new has none yet, and none is left when it goes.
type serviceRules struct{ plain }

func (serviceRules) events(_ context.Context, _ *DB, c change) ([]Event, error) {
	if c.op != Updated {
		return nil, nil
	}
	return []Event{routerVersion}, nil
}
