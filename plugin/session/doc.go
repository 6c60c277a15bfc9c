// Package session is the plugin session, which keeps a browser logged in by a session.
//
// plugin.go declares it, schema.go describes its configs, entity.go the sessions that it owns. README.md explains them
// to those who use the plugin. So far it can be configured, but not run.
//
// The package knows no storage and no HTTP.
package session
