// Package datadog is the plugin datadog, which sends metrics of requests to the StatsD server of a Datadog agent.
//
// plugin.go declares it, schema.go describes its configs. README.md explains them to those who use the plugin. So far
// it can be configured, but not run.
//
// The package knows no storage and no HTTP.
package datadog
