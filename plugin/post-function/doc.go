// Package postfunction is the plugin post-function, which runs Lua functions of its config after all other plugins.
//
// plugin.go declares it, schema.go describes its configs. README.md explains them to those who use the plugin. So far
// it can be configured, but not run.
//
// The package knows no storage and no HTTP.
package postfunction
