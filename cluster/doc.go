// Package cluster knows which nodes share a datastore, and how well the news of changes travels between them.
//
// Nodes do not know each other. Each keeps an entry in a list that the store holds (datastore.Registry), and anybody who can
// read the store can see the list: the nodes themselves, which answer GET /cluster, and commands that run no node.
//
// # A member
//
//	member := cluster.New(cluster.Options{Store: store, Feed: feed, DB: db, Self: …})
//	member.Join(ctx) // when it serves
//	go member.Run(ctx)
//	…
//	member.Leave(ctx)
//
// A [Member] is a node that announces itself: who it is, where it listens, what of its settings must agree with others', how
// far it has read the events of other nodes, how far its clock is from the store's, and a hash of the entities
// (confighash.go). It does so after each poll for events, so that a node which polls no more drops out of the list, whatever
// the reason. A poll of a store that is away fails, and so the list stands still for all; every member remembers what it read
// there last.
//
// # A view
//
// A [View] reads the list. A node is live if it was seen within three of its own intervals, at least five seconds. Nodes of
// Kong keep no entry; they are known by the events that they wrote within the last hour (kongnodes.go), and so is every node
// where the store has no list because kongo may not make one. A node that was started on the same host and at the same
// addresses as another takes its place (succession.go): who crashes and comes back counts once.
//
// # The probe
//
// [View.Verify] publishes an event on a channel that only members listen to; nodes of Kong pass over channels that they do not
// know. Every member that reads it writes so into its entry at once. What went wrong where no such note comes is told with
// what to do about it (verify.go, faults.go). [View.Watch] follows ordinary events in the same way, by how far each node has
// read.
//
// No probe can be sent through a store that is away: [List.Unverified] tells which nodes of a list answer meanwhile. And a node
// that has never used the store is not on its list: [Report.Expect] judges it by what it says of itself (introduction.go).
//
// The package knows package datastore, and nothing of HTTP, of settings or of how nodes are started. What can only be found
// out by asking a node over the network is asked through [Options.Reach].
package cluster
