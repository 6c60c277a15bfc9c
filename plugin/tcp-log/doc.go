// Package tcplog is the plugin tcp-log, which sends log entries in JSON over TCP.
//
// plugin.go declares it, schema.go describes its configs. README.md explains them to those who use the plugin. So far
// it can be configured, but not run.
//
// The package knows no storage and no HTTP.
package tcplog
