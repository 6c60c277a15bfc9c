// Package datastore keeps the entities of a gateway.
//
// It has two sides. A [Store] is one storage technology: it knows tables, and how to insert, select, page, update, upsert
// and delete rows of any entity that a schema.Model describes, how to keep and poll the events by which the nodes of a
// cluster learn of changes, and how to bring its tables up to date. Drivers implement it and nothing more; package
// storetest is the suite that every one of them passes.
//
// A [DB] is what the rest of kongo uses. Around a Store it puts what is the same everywhere: bodies are prepared and
// validated against the entity's description, foreign keys resolved, defaults and cache keys filled, the errors of the
// store turned into those that clients of Kong's Admin API know ([Error]), and after every change the events published
// that other nodes, real Kong nodes among them, act on.
//
// A [Feed] polls the events of other nodes and hands them to its subscribers, together with this node's own changes, which
// reach them at once.
//
// A [Cache] remembers rows that are looked up one by one, and that they are missing, until the feed tells of a change. It is
// for plugins that look for consumers and their credentials; what routing needs is in memory anyhow.
//
// # Guarantees
//
// A write is one statement for one row, acknowledged when it is committed. There are no transactions over several rows, as
// there are none in Kong: a certificate and its SNIs are written one after the other. Events are published after the
// commit, so that whoever reads an event finds the change.
//
// The package knows no SQL, no HTTP and nothing of the data plane.
package datastore
