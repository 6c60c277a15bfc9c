package node

import (
	"github.com/kongo-gateway/kongo/conf"
	"github.com/kongo-gateway/kongo/datastore/migration"
	"github.com/kongo-gateway/kongo/proxy/router"
)

// Flavours of the router.
const (
	traditional           = "traditional"
	traditionalCompatible = "traditional_compatible"
)

// routerFlavor is how requests find their routes. On a database of Kong 2.8 that is as it was there unless somebody wants it
// otherwise. A keyspace of Cassandra stays one of Kong 2.8 whatever is added to it.
func routerFlavor(config *conf.Config, form migration.Form) string {
	kong28s := form == migration.Kong28 || config.String("database") == "cassandra"
	if kong28s && config.Origin("router_flavor").IsDefault() {
		return traditional
	}
	return config.String("router_flavor")
}

// routerOrder is the order of routes in a flavour.
func routerOrder(config *conf.Config, flavor string) router.Order {
	switch {
	case flavor == traditional:
		return router.Traditional
	case config.String("kongo_router_order") == "documented":
		return router.Documented
	}
	return router.Released
}
