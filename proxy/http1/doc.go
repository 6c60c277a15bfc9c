// Package http1 is the side of the gateway that clients see over HTTP/1.0 and 1.1: connections that are kept alive, heads
// and bodies of requests, and the writing of responses.
//
// It knows bytes, limits and timeouts. It knows nothing of routes, services or upstream servers; what a request means and
// what is answered is decided by its caller, package proxy. Which requests are refused, and with which status, follows
// Kong 3.9, that is nginx 1.25.
//
// # Use
//
//	server := http1.NewServer(http1.Settings{…})
//	conn := server.Conn(netConn)
//	defer conn.Close()
//	for {
//		req, err := conn.Next(nil)
//		if err != nil {
//			return // having answered, if it is a *Refusal; see ErrSettle
//		}
//		conn.Begin(200, nil)
//		conn.Field("Content-Type", []byte("text/plain"))
//		conn.Send([]byte("hello\n"))
//		if !conn.End() {
//			return
//		}
//	}
//
// A Conn belongs to one goroutine at a time. The request, its fields and its body are views of the connection's buffer and
// valid until End.
//
// # Parts
//
//   - Server (server.go) is what connections have in common: limits, buffers, counters, and the end of it all.
//   - Conn (conn.go) is a connection; socket.go is the I/O below it, and inplace.go saves a system call for each request.
//   - head.go finds the end of a head, requestline.go and field.go take it apart, rules.go judges it.
//   - body.go reads request bodies, or hands over what is needed to move them without reading (Conn.Rest).
//   - response.go composes responses, stream.go sends bodies that are still coming in.
//   - close.go ends exchanges and connections.
//
// # What an idle connection costs
//
// Buffers are taken from pools when the first byte of a request has arrived and given back at its end. What an idle
// connection holds is the Conn and the stack of the goroutine that waits in Next. The stack has grown while requests were
// served; so when nothing came for a while Next returns ErrSettle, and its caller goes on waiting in a new goroutine.
//
// # Why not the request loop of fasthttp or net/http
//
// The request loop of fasthttp 1.74 keeps one read buffer for each connection as long as request bodies are streamed, and
// the size of that buffer is the limit for heads: with Kong's four times 8 KiB, 5,000 idle connections would take 160 MiB.
// It has no way to send the bytes of a response that are composed already, and its ideas of which requests are valid differ
// from nginx's. net/http costs three times as much. Either copies bodies that the kernel could move.
package http1
