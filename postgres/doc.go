// Package postgres keeps entities in a PostgreSQL database of Kong's, beside Kong nodes that use it at the same time.
//
//	database, err := postgres.Open(postgres.Options{Server: postgres.Server{Host: "db", …}, Log: log})
//	err = database.Await(ctx, patience)  // is the server there, and recent enough?
//	store := database.Store(model)       // a datastore.Store
//	…
//	store.Close()                        // and the database with it
//
// Whether the tables are there, and of which version of Kong, tells the ledger of Database.Migrations, which also makes them
// and brings them up to date (migrations.go).
//
// # Tables
//
// The tables are Kong's own, made by Kong's or by kongo's migrations (folder migrations). The package does not invent any:
// from the description of an entity follow the names of its table and columns and the form of their values (table.go,
// column.go), and the description of every entity of Kong 3.9, bundled plugins included, follows its table. A tag is stored
// with its entity; a trigger of the table keeps the table tags, which is only read here (tags.go).
//
// What a column holds is what Kong would have put there: null is NULL, and null within a document of jsonb; an empty list is
// '{}'; records and maps are jsonb, lists of them jsonb[]; moments are whole seconds, or milliseconds where the description
// says number. Values travel as text in both directions, so no type of the driver library comes between (array.go).
//
// # Statements
//
// Every call of the store is one statement, committed when it returns; no transaction stays open. Statements have no name
// and are parsed each time, and nothing that a session remembers is relied on but its time zone. So a pooler such as
// PgBouncer may stand in front, which gives each statement, or each transaction, to another session (statement.go).
//
// A statement waits for one of MaxQueries places, then for a connection, and may take as long as Timeout. A connection whose
// statement ends in an error that may be the connection's is closed, so that a server which has turned read-only, or another
// server behind the same address, is found by the next statement (connections.go). A statement that reads is repeated once
// if its connection breaks; one that writes only if it can't have reached the server. There is no state to repair when the
// server was away: the next statement makes a new connection.
//
// # TLS
//
// As with Kong, TLS is asked for but not insisted on: a server that has none is talked to in the clear, which the log says
// once (dial.go). VerifyTLS insists on a certificate that is trusted, of whatever name.
//
// # Replica
//
// Reads in a context of datastore.AllowReplica go to the read-only replica, if there is one. After a write of this node
// they go to the primary until the replica has caught up, and while the replica can't be reached (replica.go).
//
// # Events
//
// Events are rows of cluster_events with the database's time, as Kong nodes write and poll them (events.go). Rows whose time
// is over are removed as Kong removes them (expiry.go), and locks are rows of the table locks (locks.go).
//
// # Counters
//
// What the nodes of a cluster count together is in rows of ratelimiting_metrics, one per client, period and place
// (counters.go).
//
// # Migrations
//
// [Database.Migrations] lets package datastore/migration make the tables and take those of Kong 2.8 to Kong 3.9. All steps of
// a command are one transaction (migrations.go, transaction.go): the scripts in the folder migrations, named for the steps,
// and where a script does not do, code (migrationcode.go). The steps that Kong 2.8 has are collapsed into the first of each
// subsystem. A test compares what they make with Kong's tables, fact by fact (testdata/kong28.txt, testdata/kong39.txt).
//
// kongo's own tables stand in a schema beside that of Kong's (own.go).
//
// # Errors
//
// Errors that package datastore knows are told by the SQLSTATE and the name of the constraint (errors.go), never by the
// text of a message, which depends on the server's language. What a command shows when the server is away is in Kong's words
// (message.go).
//
// The package knows entities by their descriptions only. It knows no setting by name, no HTTP, and no other store.
package postgres
