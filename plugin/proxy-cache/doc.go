// Package proxycache is the plugin proxy-cache, which remembers responses and answers later requests with them.
//
// plugin.go declares it, schema.go describes its configs. README.md explains them to those who use the plugin. So far
// it can be configured, but not run.
//
// The package knows no storage and no HTTP.
package proxycache
