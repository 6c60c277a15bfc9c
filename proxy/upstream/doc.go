// Package upstream carries HTTP/1.1 requests to upstream servers and their responses back: connection pools, writing of
// requests, reading of responses, streaming of bodies in both directions, and relaying after an upgrade.
//
// It knows addresses, TLS settings and bytes. It knows nothing of routes, services, balancers or plugins; whether to try
// again, and where, is decided by its caller, who learns from Error what is needed for that.
//
// # Use
//
//	pool := upstream.NewPool(upstream.Options{PoolSize: 512, MaxRequests: 10000, IdleTimeout: time.Minute})
//	defer pool.Close()
//	peer := pool.Peer(addr, nil) // to be kept: by a balancer's address, by a route
//
//	resp, err := peer.RoundTrip(&upstream.Request{Head: head, Body: body, Timeouts: timeouts})
//	if err != nil {
//		// an *Error: 502 or 504, retry or not
//	}
//	for i := range resp.Len() {
//		name, value := resp.Field(i)
//	}
//	resp.SendTo(w, client, timeout)
//	resp.Release()
//
// The caller composes the head of the request, framing headers included, into a buffer of its own, and reads the head of
// the response where it was received: a Response holds slices into the buffer of its connection, valid until Release.
// A plain exchange on an idle connection allocates nothing and takes no lock but that of the peer's list of idle
// connections.
//
// # Parts
//
//   - Pool (pool.go) owns everything: the peers, spare buffers and pipes, and the reaper (reap.go), its only goroutine.
//   - Peer (peer.go, dial.go, tls.go) is one server as it is spoken to, with its idle connections.
//   - conn (conn.go) is a connection; exchange.go leads it through sending a request and receiving a response head,
//     upload.go through the sending of a body that is not there yet when the response is already being awaited.
//   - socket (socket.go, deadline.go) is the I/O below it, also below TLS.
//   - Response (response.go) gives access to the head, which head.go and statusline.go index, and to the body (body.go,
//     chunked.go, send.go).
//   - mover (mover.go, pipe.go, splice_linux.go) moves bodies from socket to socket within the kernel.
//   - Relay (relay.go) connects two connections that have left HTTP behind.
//
// # Why not net/http or the client of fasthttp
//
// Nearly all the cost of a small request is system calls and wake-ups, and these can only be saved by whoever holds the
// connection itself:
//
//   - A request is written in the callback of syscall.RawConn.Read, that is after the poller was armed for the answer.
//     The goroutine then parks without a first read that is bound to fail.
//   - A deadline is a timer, and moving it for every request costs more than parsing the response. A deadline that is
//     early does no harm, as the wait is resumed with the right one, so that one per timeout is enough.
//   - An idle connection is looked at with one read that does not wait. What a server sent uninvited, or that it closed,
//     is so noticed before the request is sent; after that a POST could not be repeated.
//   - Bodies of known length go from one plain TCP connection to another by splice(2). Others are copied in blocks of
//     64 KiB.
//
// # Goroutines
//
// All the work is done in the caller's goroutine, with two exceptions: the sending of a body that is still to come from
// the client or that the server does not take at once, and one direction of a relay. Both are waited for, by Release and
// by Relay. A server may so answer before it has read the request, or while it reads it, without anybody getting stuck.
//
// # What a server may get wrong
//
// A response whose framing could be understood in two ways is refused: a repeated or invalid Content-Length, unknown or
// repeated transfer codings, both framings at once. A connection is used again only if exactly the announced response
// was read from it, the request was sent as a whole, and neither side wants to close; what comes first on it later than
// that must be a status line. Heads are bounded to 64 KiB and 1024 lines, interim responses to 32, and what is between
// two chunks, trailers included, to 64 KiB. Trailers are dropped.
package upstream
