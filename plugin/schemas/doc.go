// Package schemas holds what the config schemas of several plugins have in common: the scopes that a plugin may have, the
// queue of the plugins that send logs, the connection to redis, the language model of the AI plugins, Lua in a config.
//
// It is data in the language of package datastore/schema, as in the plugins' own folders: a plugin puts its schema together
// from these records and fields of its own. Nothing here is changed after the start, so that all of it may be shared.
//
// The package knows no particular plugin, no storage and no protocol.
package schemas
