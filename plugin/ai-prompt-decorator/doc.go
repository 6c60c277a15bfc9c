// Package aipromptdecorator is the plugin ai-prompt-decorator, which adds messages in front of or behind the chat that
// a client sends to a language model.
//
// plugin.go declares it, schema.go describes its configs. README.md explains them to those who use the plugin. So far
// it can be configured, but not run.
//
// The package knows no storage and no HTTP.
package aipromptdecorator
