// Package memory keeps the entities of a gateway in the memory of its process: for nodes with `database = off`, whose
// configuration comes as a whole, from a file or through the Admin API.
//
// [New] returns a [Store], the package's implementation of datastore.Store. It begins with nothing but the workspace called
// default, whose id is the same in every process.
//
// # Contents
//
// Everything that a store holds at one moment is one immutable value (contents.go), which readers reach through an atomic
// pointer: they take no lock and never see half of a change. [Store.Replace] puts another value in its place, which is how a
// declarative configuration comes into force all at once.
//
// Rows are kept as package compact writes them, in the order of their ids, with sorted indexes for whatever they are
// looked up by (table.go): unique fields, foreign fields, tags. Reading decodes.
//
// # Writing
//
// Single rows can be written, too, by the rules that every store follows: unique values, foreign keys, expiry (write.go,
// rules.go). A write copies the tables that it changes. Nodes do not write this way: a store opened with
// [Options.ReadOnly] answers datastore.ErrReadOnly, and DB tells the client.
//
// Events, locks and the list of nodes (events.go, locks.go, registry.go) reach no further than this process, which is all
// there is.
//
// The package knows nothing of where a configuration comes from, of HTTP, and of the meaning of any entity, except that one
// is called workspaces.
package memory
