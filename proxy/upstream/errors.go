package upstream

import (
	"errors"
	"fmt"
	"net/netip"
)

// ErrClosed is the cause of every failure to connect once Pool.Close was called.
var ErrClosed = errors.New("connection pool is closed")

// Op names the step of an exchange that failed.
type Op uint8

// The steps of an exchange, in the order in which they happen. A failure of the last two is the fault of the client of
// the gateway and says nothing about the upstream server.
const (
	OpConnect     Op = iota + 1 // the TCP connection could not be made
	OpHandshake                 // the TLS handshake failed
	OpWrite                     // the upstream did not take the request
	OpRead                      // the upstream closed, reset or stalled while it owed response bytes
	OpParse                     // the upstream's bytes are no acceptable HTTP response
	OpReadClient                // the client did not deliver the request body that it had announced
	OpWriteClient               // the client did not take the response body
)

func (o Op) String() string {
	switch o {
	case OpConnect:
		return "connect"
	case OpHandshake:
		return "TLS handshake"
	case OpWrite:
		return "send request"
	case OpRead:
		return "read response"
	case OpParse:
		return "invalid response"
	case OpReadClient:
		return "read request body from client"
	case OpWriteClient:
		return "send response body to client"
	}
	return "unknown operation"
}

// Error is the type of every error that Peer.RoundTrip and the body methods of Response return. It tells what is needed
// to choose between 502 and 504, to decide on a retry and to report to passive health checks.
type Error struct {
	Op   Op
	Addr netip.AddrPort // the upstream address
	Err  error          // the cause

	// Reused reports that the connection had carried an earlier request: the server may have been about to close it.
	Reused bool
	// Received reports that at least one byte of a response arrived.
	Received bool
	// BodyTaken reports that bytes were taken out of Request.Rest. They are gone, so that the request cannot be
	// sent again from the same Request.
	BodyTaken bool

	timeout bool
}

func (e *Error) Error() string {
	return fmt.Sprintf("upstream %s: %s: %v", e.Addr, e.Op, e.Err)
}

func (e *Error) Unwrap() error { return e.Err }

// Timeout reports that one of the timeouts of the Request ran out, as opposed to a failure that came by itself.
func (e *Error) Timeout() bool { return e.timeout }

// Sent reports that sending had begun. If it had not the server cannot have acted on the request, and even a POST may be
// sent again. Kong 3.9: sending begins when the connection is there, whether or not a first byte can then be written.
func (e *Error) Sent() bool { return e.Op > OpHandshake }

// ClientFault reports that the client of the gateway failed, not the upstream server.
func (e *Error) ClientFault() bool { return e.Op == OpReadClient || e.Op == OpWriteClient }
