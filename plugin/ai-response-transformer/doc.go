// Package airesponsetransformer is the plugin ai-response-transformer, which has a language model rewrite responses
// before they go to the client.
//
// plugin.go declares it, schema.go describes its configs. README.md explains them to those who use the plugin. So far
// it can be configured, but not run.
//
// The package knows no storage and no HTTP.
package airesponsetransformer
