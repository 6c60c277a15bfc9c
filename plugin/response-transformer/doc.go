// Package responsetransformer is the plugin response-transformer, which changes headers and JSON bodies of responses.
//
// plugin.go declares it, schema.go describes its configs. README.md explains them to those who use the plugin. So far
// it can be configured, but not run.
//
// The package knows no storage and no HTTP.
package responsetransformer
