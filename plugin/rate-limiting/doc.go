// Package ratelimiting is the plugin rate-limiting, which limits the number of requests in a period.
//
// plugin.go declares it, schema.go describes its configs, entity.go the counters that it owns. README.md explains them
// to those who use the plugin. So far it can be configured, but not run.
//
// The package knows no storage and no HTTP.
package ratelimiting
