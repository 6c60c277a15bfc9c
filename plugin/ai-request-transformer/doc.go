// Package airequesttransformer is the plugin ai-request-transformer, which has a language model rewrite requests before
// they go upstream.
//
// plugin.go declares it, schema.go describes its configs. README.md explains them to those who use the plugin. So far
// it can be configured, but not run.
//
// The package knows no storage and no HTTP.
package airequesttransformer
