// Package aiprompttemplate is the plugin ai-prompt-template, which fills templates of prompts with what a client sends.
//
// plugin.go declares it, schema.go describes its configs. README.md explains them to those who use the plugin. So far
// it can be configured, but not run.
//
// The package knows no storage and no HTTP.
package aiprompttemplate
