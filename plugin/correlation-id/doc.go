// Package correlationid is the plugin correlation-id, which gives requests an id that client and upstream server can
// log.
//
// plugin.go declares it, schema.go describes its configs. README.md explains them to those who use the plugin. So far
// it can be configured, but not run.
//
// The package knows no storage and no HTTP.
package correlationid
