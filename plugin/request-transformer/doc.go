// Package requesttransformer is the plugin request-transformer, which changes headers, query and body of requests.
//
// plugin.go declares it, schema.go describes its configs; template.go checks the templates in them. README.md explains
// them to those who use the plugin. So far it can be configured, but not run.
//
// The package knows no storage and no HTTP.
package requesttransformer
