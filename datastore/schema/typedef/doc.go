// Package typedef holds the field types that entities and plugins share: hosts, ports, paths, header names, tags,
// certificates and the like, each with the checks and the messages of Kong 3.9.
//
// A type is a schema.Field without a name; [Named] gives it one. The validators behind them are exported where a plugin
// builds a field of its own around one.
//
// The package knows no entity and no storage.
package typedef
