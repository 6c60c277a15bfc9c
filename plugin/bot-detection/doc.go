// Package botdetection is the plugin bot-detection, which refuses clients by their User-Agent.
//
// plugin.go declares it, schema.go describes its configs. README.md explains them to those who use the plugin. So far
// it can be configured, but not run.
//
// The package knows no storage and no HTTP.
package botdetection
