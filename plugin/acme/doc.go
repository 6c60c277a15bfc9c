// Package acme is the plugin acme, which obtains and renews certificates from a certificate authority that speaks ACME,
// such as Let's Encrypt.
//
// plugin.go declares it, schema.go describes its configs, storage.go the places where it keeps certificates, entity.go
// the one of them that is the database. README.md explains them to those who use the plugin. So far it can be
// configured, but not run.
//
// The package knows no storage and no HTTP.
package acme
