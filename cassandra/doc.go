// Package cassandra keeps the entities of a gateway in a keyspace of Apache Cassandra, in the tables and encodings of
// Kong 2.8, the last Kong that knew Cassandra well. Nodes of Kong 2.8 may use the same keyspace at the same time.
//
//	migrations, err := cassandra.OpenMigrations(ctx, opts, model)  // for migration.Run
//	store, err := cassandra.Open(ctx, opts, model)                 // a datastore.Store
//	store, err = kong28.Wrap(ctx, store, model)                    // paths, configs and events as Kong 2.8 has them
//
// # Forms of a keyspace
//
// A keyspace that Kong 2.8 made is used as it is, with a model of kong28.Entities: what Kong 2.8 does not have is not there.
// kongo adds that in columns and tables of its own, whose names begin with kongo_, so that nodes of Kong do not notice. A
// bootstrap makes them along with Kong's tables, and for a keyspace of Kong's the migration kongo/000_base does (form.go,
// own.go); the model is then one of [Entities]. Which columns there are is read from the keyspace (catalog.go, table.go), so
// that a store needs not be told the form.
//
// # Rows
//
// column.go has the encodings: ids are uuid, times timestamp, lists and sets of texts what they are in CQL, everything with
// an inner structure JSON in a text. Three things are peculiar to Kong's tables. The rows of some lie in one partition, named
// by the column partition. Values that are unique in a workspace have its id in front. And tags stand in a table of their own
// that the writer keeps up to date (put.go). Cassandra does not tell empty lists and sets from null, and returns sets in
// alphabetical order.
//
// The time that a row has to live is Cassandra's own TTL: expired rows disappear without anybody's help.
//
// # Writing
//
// Cassandra knows neither unique values nor references. Kong looks first and writes then, and two nodes can get past each
// other. Nodes of kongo can't: a write holds locks on the row's unique values and on the row (hold.go), taken by lightweight
// transactions in the table that Kong keeps its locks in, while it looks and writes (write.go). Within the process writes
// queue for a lock in memory (turns.go). A lock that nobody gives back goes by itself after three times the timeout. A row
// and its tags are one logged batch: all of it is written or nothing, also if the process or the coordinator dies. Its
// timestamp is later than that of the row before it, so that the clocks of nodes need not agree.
//
// Rows that refer to others are guarded in another way (references.go, remove.go), because many rows refer to one: who writes
// the child looks for the parent again afterwards, and who deletes the parent looks for children under a lock that says so.
//
// While a node has just died, servers wait for it until they notice; so writes are tried for longer than a request may take,
// and reads that get no answer go to another node as well (hedge.go).
//
// # Consistency
//
// Settings choose the level of what is read to be used or shown, and of what is written. Whatever a write is decided by, and
// the write itself, has at least a quorum (options.go): lightweight transactions need one anyhow. With the policies for one
// data center it is that center's quorum, and the guarantees hold among the nodes of that center. Other centers are asked
// only while no node of that one is up (policy.go). What too few replicas answer fails with a *datastore.UnavailableError that
// says so (errors.go).
//
// # Reading
//
// Every look-up goes by a primary key or an index. Lists are read page by page in the order of the table, filters by tag
// along the table of tags (page.go, tagpage.go); tokens are Cassandra's paging states, as Kong's are.
//
// # Events
//
// Events are rows of cluster_events in the order of their times, with the clock of the coordinator (events.go). A poll reads
// what lies behind its position and nothing else, so that neither old events nor their tombstones cost anything. Both ways
// use the local quorum, and propagation to other data centers is what db_update_propagation is for.
//
// The package knows nothing of HTTP and of the meaning of any entity, except that one is called workspaces and one vaults.
package cassandra
