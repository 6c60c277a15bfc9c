// Package cors is the plugin cors, which answers preflight requests of browsers and adds CORS headers to responses.
//
// plugin.go declares it, schema.go describes its configs. README.md explains them to those who use the plugin. So far
// it can be configured, but not run.
//
// The package knows no storage and no HTTP.
package cors
