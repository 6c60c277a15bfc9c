package message

import (
	"io"
	"net"
	"time"
)

// Rest is the part of a request body that is still to come, for somebody who moves it without reading it first.
type Rest struct {
	// Length is how many bytes follow, or Chunked.
	Length int64
	// Reader delivers them; nil if they are what Conn delivers next. It sets no deadlines.
	Reader io.Reader
	// Conn is the connection to the client, whose read deadline may be moved.
	Conn net.Conn
	// Timeout limits the time between two reads; 0 is no limit.
	Timeout time.Duration
}

// Body is a response body that is still coming in.
type Body interface {
	io.Reader
	// Ready reports whether the next Read returns without waiting.
	Ready() bool
	// SendTo writes all of the body to w, which leads to conn, and returns the number of bytes. It may flush w and then
	// bypass it. timeout limits the time between two writes; 0 is no limit.
	SendTo(w io.Writer, conn net.Conn, timeout time.Duration) (int64, error)
}
