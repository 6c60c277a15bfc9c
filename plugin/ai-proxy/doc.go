// Package aiproxy is the plugin ai-proxy, which sends chats and completions to the language models of several
// providers, in one form for all.
//
// plugin.go declares it, schema.go describes its configs. README.md explains them to those who use the plugin. So far
// it can be configured, but not run.
//
// The package knows no storage and no HTTP.
package aiproxy
