// Package upstreams re-creates the servers that stood behind the gateway when the exchanges of testdata/golden were
// recorded: small TCP servers on 127.0.0.1 which answer with the request exactly as it reached them, and others that
// break off, stay silent or are not there.
//
// # Servers
//
// The recordings name them by port; Start lets each listen on a free port and Servers.Ports says which.
//
//	23090  A         echoes, see below
//	23091  B         the same under another name
//	23092  closer    reads the request and closes the connection
//	23093  –         refuses connections
//	23094  sleeper   echoes after 5 s
//	23095  tls       echoes over TLS; nobody trusts the certificate
//	23096  resetter  reads the request and resets the connection
//
// # The echo
//
// The answer is 200 with a JSON body: server (the name), request_line, headers (pairs, in order and as spelled), body (its
// first 2000 bytes), body_len. Bytes that are not ASCII appear as the Latin-1 characters of the same number. The body is
// laid out the way the recordings have it, so that it can be compared byte by byte. Connections are kept alive.
//
// Segments of the request path ask for something else:
//
//	/status/N   that status; 204 and 304 without a body; 1xx with one, and then the connection closes
//	/sleep/N    the answer after N seconds
//	/close      no answer, the connection closes
//	/partial    7 bytes of a body that was to have 100
//	/garbage    a line that is not HTTP
//	/hdr        X-Up, and X-Dup twice
//	/hdrhop     headers that are meant for the next hop only
//	/cookie     two Set-Cookie
//	/svr        a Server and a Via of its own
//	/redir      302 to another path of the same server
//	/empty      no body
//	/big        300,000 bytes
//	/noctype    no Content-Type
//	/text       text/plain
//	/chunk      Transfer-Encoding: chunked
//	/http10     HTTP/1.0, ended by closing
//
// The package knows nothing of the recordings' files or of the gateway.
package upstreams
