// Package sqlite keeps the entities of a gateway in one SQLite file, for gateways that live on one machine and need no
// database server.
//
// [Open] creates or updates the file and returns a [Store], the package's implementation of datastore.Store. Any number of
// processes on the machine may open the same file at the same time, and learn of each other's changes through the events
// that it keeps.
//
// # Tables
//
// The tables follow from the descriptions of the entities (ddl.go): one table per entity, one column per field, and beside
// them ws_id, cache_key and ttl where the entity has those. Text is TEXT, whole numbers and booleans are INTEGER, numbers
// NUMERIC, moments are seconds since 1970, a foreign field is the parent's id, everything with an inner structure is JSON
// (column.go). A NULL is a null; an empty list is the text [].
//
// A file written under older descriptions gains the columns, tables and indexes that are missing when it is opened; rows
// that were there before show a new field's default. Nothing is ever removed, so an older kongo goes on working with the
// file. What can't be added this way needs another layout number (layout.go).
//
// Beside them are tags, which triggers derive from the entities' tags in the statement that changes the row,
// cluster_events and locks. The workspace called default is created with the file, under a random id.
//
// # Connections
//
// SQLite has one writer at a time. A store therefore has one connection that writes, on which the store's own writes queue
// without polling, and a few that read (store.go). The write-ahead log lets them read while something is written. Writers
// of other processes are waited for as long as the caller's context allows, but no longer than lockPatience.
//
// # Guarantees
//
// A write is one statement. When it has returned, it is on the disk: neither the end of the process nor that of the machine
// undoes it, and no half of it is ever seen.
//
// Pages follow the primary key, and tables are stored in its order. Reading a page costs what the page holds, however large
// the table (page.go); a list filtered by tags costs what the rarest place of the filter allows: for all-of filters the
// entities that bear the first of the tags.
//
// The package knows nothing of HTTP and of the meaning of any entity, except that one is called workspaces.
package sqlite
