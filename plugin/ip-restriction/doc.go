// Package iprestriction is the plugin ip-restriction, which refuses clients by their address.
//
// plugin.go declares it, schema.go describes its configs. README.md explains them to those who use the plugin. So far
// it can be configured, but not run.
//
// The package knows no storage and no HTTP.
package iprestriction
