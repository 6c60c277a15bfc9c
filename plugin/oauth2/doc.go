// Package oauth2 is the plugin oauth2, which is an OAuth 2.0 authorization server for the services behind it.
//
// plugin.go declares it, schema.go describes its configs, entity.go the applications, codes and tokens that it owns;
// secret.go hashes the secrets of applications. README.md explains them to those who use the plugin. So far it can be
// configured, but not run.
//
// The package knows no storage and no HTTP.
package oauth2
