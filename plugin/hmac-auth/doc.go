// Package hmacauth is the plugin hmac-auth, which authenticates requests by signatures over their headers.
//
// plugin.go declares it, schema.go describes its configs, entity.go the credentials that it owns. README.md explains
// them to those who use the plugin. So far it can be configured, but not run.
//
// The package knows no storage and no HTTP.
package hmacauth
