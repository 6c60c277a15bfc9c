// Package filelog is the plugin file-log, which writes a log entry in JSON for each request to a file.
//
// plugin.go declares it, schema.go describes its configs. README.md explains them to those who use the plugin. So far
// it can be configured, but not run.
//
// The package knows no storage and no HTTP.
package filelog
