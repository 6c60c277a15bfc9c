// Package responseratelimiting is the plugin response-ratelimiting, which limits requests by what the responses of the
// upstream server say they cost.
//
// plugin.go declares it, schema.go describes its configs. README.md explains them to those who use the plugin. So far
// it can be configured, but not run.
//
// The package knows no storage and no HTTP.
package responseratelimiting
