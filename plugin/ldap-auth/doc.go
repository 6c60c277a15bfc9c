// Package ldapauth is the plugin ldap-auth, which authenticates requests against an LDAP server.
//
// plugin.go declares it, schema.go describes its configs. README.md explains them to those who use the plugin. So far
// it can be configured, but not run.
//
// The package knows no storage and no HTTP.
package ldapauth
