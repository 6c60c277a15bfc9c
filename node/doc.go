// Package node puts a gateway together from a configuration and runs it.
//
//	n, err := node.Start(ctx, node.Options{Config: config, Version: "1.2.3"})
//	if err != nil {
//		return err // nothing is left behind
//	}
//	n.Run(signals, node.Hooks{…}) // until TERM, INT or QUIT; closes everything
//
// It is the one place that knows all the others: it turns the settings of package conf into the Options of each part,
// opens the parts in the order in which they need each other, and closes them in the reverse one. What a part does is that
// part's business; here is only which parts there are, one to a file: logs.go, store.go, sockets.go, certificates.go,
// dataplane.go, apis.go and so on.
//
// # Start and end
//
// Start goes through the steps of start.go. Each step that opens something says at once how it is closed, so that a node
// that fails half-way up leaves no socket, file, goroutine or pid file, and so that there is no second list to keep in
// step with the first. When Start returns the node serves: its routes are loaded, its sockets accept, its pid file is
// there.
//
// Close ends a node at once, a QUIT that Run gets when the requests in flight are done. In both cases the pid file goes last,
// because other processes take it for the node.
//
// # While it runs
//
// Run answers signals as an nginx master does (run.go). A reload takes over what can change under way (reload.go); for anything
// else it starts a second node in the same process, on duplicates of the sockets, and lets the first one finish its requests.
// In the same way another process can take over the sockets (package handover), which is how a restart and a new binary
// refuse no connection.
//
// # The cluster
//
// A node keeps an entry in the list of those that share the datastore (cluster.go), and commands read that list without a
// node (OpenCluster). Who is on the list and what it means is the business of package cluster.
//
// # Drivers
//
// Which store serves which value of `database` is decided in store.go, for nodes and for the commands that look after
// a database without running a node.
//
// The package does not know the command line, prints nothing and touches no settings of the process such as GOMAXPROCS;
// that is left to whoever owns the process.
package node
