// Package proxy is the data plane of a node: it leads the requests of clients to upstream servers, as the configuration in the
// store says, and follows every change of that.
//
// It knows HTTP, routes, services and plugins. It knows neither SQL nor the Admin API: rows come through package datastore,
// settings through Options, and whatever other parts of the node ask for are methods of Server.
//
// # Use
//
//	server := proxy.New(proxy.Options{DB: db, Feed: feed, Resolver: resolver, Log: log, …})
//	defer server.Close()
//	if err := server.Load(ctx); err != nil {
//		…
//	}
//	err := server.Serve(sockets...)
//	…
//	err = server.Shutdown(ctx)
//
// # Two halves
//
// The snapshot (snapshot.go) is where they meet: a configuration that is ready for requests and never changes. A request loads
// the pointer to it once and keeps to it until its end. Choosing what happens to it takes no lock, and a plain request allocates
// nothing. Two locks are shared, each for a few instructions: of a server's list of idle connections, and of the access log.
//
// The builder (builder.go) makes snapshots. It loads everything once (load.go); then the feed tells it of changes (changes.go),
// of which it reads the rows again (read.go) and derives the next snapshot from the present one (apply.go, model.go), sharing
// whatever is the same. Rows become what requests need in compile*.go; material.go holds parsed keys and certificates. Tables
// of numbered slots (table.go) keep a change to a service from touching its routes. While the store fails the present snapshot
// stays in force, and the changes are tried again.
//
// # A request
//
//   - accept.go accepts connections and, over TLS, chooses a certificate by server name (servername.go). arrival.go is what all
//     requests of a connection have in common.
//   - Package http1 reads requests and writes responses. The rest sees it through the interface client (exchange.go), so that
//     another protocol can take its place; package message is the form in which requests are handed over.
//   - pipeline.go leads an exchange through its stations: target, address of the client (clientaddress.go), route with its
//     terms (terms.go), protocol (protocol.go), plugins, service.
//   - attempt.go sends it to destinations (service.go) until one answers, with a head composed in requesthead.go and a body
//     held or streamed by requestbody.go. Package upstream has the connections.
//   - respond.go, responsehead.go and upgrade.go pass the answer on. What the gateway itself answers is in gatewayanswer.go,
//     its form in errorformat.go, errormessage.go and errortemplate.go.
//   - accesslog.go ends it all.
package proxy
