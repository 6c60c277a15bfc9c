// Package standardwebhooks is the plugin standard-webhooks, which checks the signatures of webhooks.
//
// plugin.go declares it, schema.go describes its configs. README.md explains them to those who use the plugin. So far
// it can be configured, but not run.
//
// The package knows no storage and no HTTP.
package standardwebhooks
