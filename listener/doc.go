// Package listener owns the listening sockets of a node.
//
// It knows addresses and socket options, and the errors of the operating system in nginx's words. It knows nothing of what
// is served on a socket: TLS, HTTP and streams are layered on top by whoever takes the socket.
//
// # One owner
//
// A node describes all its sockets as [Spec]s, one for each item of proxy_listen, admin_listen and so on, and opens them
// with one call of [Open], all or none. The [Owner] hands them out by the name of their Spec:
//
//	owner, err := listener.Open(ctx, specs, listener.Options{Logger: log})
//	for _, socket := range owner.Sockets("proxy") {
//		go server.Serve(socket)
//	}
//	…
//	owner.StopAccepting() // drain: new connections are refused, those that exist belong to the servers
//	owner.Close()
//
// A TCP [Socket] is a net.Listener whose connections are bare *net.TCPConn, so that a server may splice; with
// Spec.ProxyProtocol they are [ProxyConn]s. A [UDPSocket] is a *net.UDPConn that knows its Spec.
//
// # Which sockets a Spec opens
//
// A host name stands for all its addresses, `*` for the IPv4 wildcard. As in nginx, an address below a wildcard of the same
// service gets no socket of its own unless it asks for one (Spec.Bind, or any option of the socket): the kernel would not
// allow it, and the wildcard serves it. The same address twice is an error.
//
// # Handing over
//
// A socket is known by its [Socket.Key], such as `tcp 0.0.0.0:8000`. [Owner.Files] returns duplicates of all sockets by key.
// Given to a second Open as Options.Inherited, in the same process or in the one that takes over, they are used in place
// of new sockets, so that no connection is refused in between. Sockets that are not wanted any more end with the old owner.
//
// The package is for Linux.
package listener
