// Package basicauth is the plugin basic-auth, which authenticates requests by name and password.
//
// plugin.go declares it, schema.go describes its configs, entity.go the credentials that it owns. README.md explains
// them to those who use the plugin. So far it can be configured, but not run.
//
// The package knows no storage and no HTTP.
package basicauth
