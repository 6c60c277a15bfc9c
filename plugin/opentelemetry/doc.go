// Package opentelemetry is the plugin opentelemetry, which sends traces and logs of requests to an OpenTelemetry
// collector.
//
// plugin.go declares it, schema.go describes its configs. README.md explains them to those who use the plugin. So far
// it can be configured, but not run.
//
// The package knows no storage and no HTTP.
package opentelemetry
