// Package handover passes open sockets from a process to the one that takes its place, so that no connection is refused in
// between.
//
// The process that serves offers its sockets under a name:
//
//	offer, err := handover.Listen(name, owner.Files)
//	<-offer.Taken() // another process serves them now: finish what is going on, and end
//	offer.Close()
//
// The one that is to replace it takes them, starts to serve, and says so:
//
//	taken, err := handover.Take(ctx, name)
//	… open the listening sockets with taken.Files as listener.Options.Inherited …
//	taken.Commit() // or taken.Close(), and everything is as it was
//
// Until Commit both processes listen on the same sockets, and the kernel gives each connection to one of them.
//
// The two meet at a Unix socket in the abstract namespace, which leaves nothing behind when a process dies. Both sides look at
// the user of the other: only the same one, or root, may hand over or take. The package is for Linux, and knows nothing of
// what the sockets are for.
package handover
