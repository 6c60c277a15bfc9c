// Package acl is the plugin acl, which lets consumers in, or keeps them out, by the groups they belong to.
//
// plugin.go declares it, schema.go describes its configs, entity.go the memberships of groups that it owns. README.md
// explains them to those who use the plugin. So far it can be configured, but not run.
//
// The package knows no storage and no HTTP.
package acl
