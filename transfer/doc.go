// Package transfer moves what one datastore holds into another: off Cassandra or onto it, from SQLite to PostgreSQL, into a
// declarative file and back, and so on, whatever the kinds of the two.
//
//	report, err := transfer.Copy(ctx, source, target, transfer.Options{…})
//	report, err := transfer.Follow(ctx, source, target, transfer.Options{…}) // and goes on until ctx is done
//
// # How it works
//
// Both sides are read, entity by entity, and compared by id and by a hash of each row (compare.go). What the target lacks or
// has otherwise is written, what it has beyond the source is deleted (apply.go); then both sides are read again, until there
// is no difference or no progress (copy.go). So the comparison that ends a copy is also what begins it, and a copy that was
// interrupted, however hard, goes on where it was when it is begun again. There is no record of progress that could be wrong.
//
// Rows that the target refuses, because another is in the way for the moment, go again in the next round. Such that have
// exchanged their names are taken apart first (refusal.go).
//
// At the beginning a target may have no rows that the source does not have, unless [Options.DeleteExtra] lets them go:
// [ExtraError] counts them. This keeps a copy in the wrong direction from doing harm.
//
// [Follow] listens to the source's events after the copy, as a node does. An event names an entity, and the rows of that
// entity are compared again; now and then all are. When its context is done it ends with a comparison of everything.
//
// # What is copied
//
// All rows of all entities but those that stores keep in ways of their own, with their ids and timestamps, and with their
// secrets as they are stored: nothing is validated or hashed again. Rows that can expire do so at the same moment. The moment
// belongs to no hash, because some stores keep the time that is left and others the end of it; it is compared with a tolerance.
//
// A row is brought into the form that the target has for its entity (convert.go). A database that Kong 2.8 made lacks some
// fields and entities. If rows make use of them nothing is copied, and an [UnkeptError] lists what stands in the way. The
// exception are timestamps that such a database does not have: they are left out on the way to it, and on the way from it a
// row counts as updated last when it was created.
//
// There must be no workspace but the one called default on either side. Its id is the database's own: rows come to belong to
// the target's.
//
// # Events
//
// Rows are written through datastore.DB, which tells the nodes on the target of every change, so that those that run already
// follow the copy.
//
// # Memory
//
// The ids and hashes of one entity's rows are held at a time, and the ids of all rows that differ: some 200 bytes for each
// row.
//
// The package knows package datastore, and neither drivers, nor files, nor HTTP.
package transfer
