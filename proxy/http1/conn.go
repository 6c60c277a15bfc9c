package http1

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/kongo-gateway/kongo/proxy/message"
)

// ErrSettle is what Next returns when a connection has been idle for so long that it should not hold on to the stack of its
// goroutine. Its caller calls Next again, from a new goroutine.
var ErrSettle = errors.New("connection is idle")

// settleAfter is how long a connection waits in the goroutine that served its last request. After its first request it does
// not wait at all: most connections of a crowd never send a second one soon.
const settleAfter = time.Second

// Refusal is the error of a request that is not acceptable. It is to be answered with Status, after which the connection has
// to be closed. Conn.Request returns what is known of the request.
type Refusal struct {
	Status int
	Reason string
}

func (r *Refusal) Error() string { return fmt.Sprintf("%d: %s", r.Status, r.Reason) }

// activity is what a connection is doing.
type activity uint32

const (
	waiting activity = iota // for a request
	reading                 // the head of one
	writing                 // or whatever else is between the head and the end of the response
)

// Conn is a connection to a client. It is for one goroutine at a time.
type Conn struct {
	server *Server
	conn   net.Conn
	tcp    *net.TCPConn // conn, if that is plain TCP
	raw    syscall.RawConn

	activity atomic.Uint32
	requests atomic.Uint64

	*work         // nil while idle
	settled  bool // Next has returned ErrSettle since the last request
	closing  bool // no further request is taken
	refused  bool // the request was not acceptable
	aborted  bool // the response could not be completed
	known    bool // Next has been forestalled: what it is to return is in req and headErr
	headErr  error
	serve    func(*message.Request) // of Next, while it runs
	firstOf  [1]byte                // where the first byte of a request is read to if conn is not plain TCP
	idle     bool                   // no byte of the next request has arrived
	since    time.Duration          // when it became idle
	began    time.Duration          // when the present request began to arrive
	armed    time.Duration          // the deadline for reading that conn has, by the clock; 0: none
	armedOut time.Duration          // the same for writing, if conn is not plain TCP

	// What the callbacks work on, and the callbacks themselves, bound once.
	pending       []byte // to be written
	patient       bool   // wait if nothing can be written
	inErr, outErr error
	readFn        func(fd uintptr) bool
	peekFn        func(fd uintptr) bool
	writeFn       func(fd uintptr) bool
}

func newConn(s *Server, nc net.Conn) *Conn {
	c := &Conn{server: s, conn: nc, idle: true, settled: true, since: s.clock.now()}
	if tcp, ok := nc.(*net.TCPConn); ok {
		if raw, err := tcp.SyscallConn(); err == nil {
			c.tcp, c.raw = tcp, raw
			c.readFn, c.peekFn, c.writeFn = c.tryRead, c.tryPeek, c.tryWrite
		}
	}
	return c
}

// Served returns the number of requests that the connection has carried, the present one included.
func (c *Conn) Served() uint64 { return c.requests.Load() }

// Began returns when the first byte of the present request was there, by the clock of the server.
func (c *Conn) Began() time.Duration { return c.began }

// Request returns the present request: what Next returned, or as much as was understood of one that it refused.
func (c *Conn) Request() *message.Request { return &c.req }

// Next waits for a request and reads its head. Any error but ErrSettle means that there will be no other request: a *Refusal
// is to be answered, anything else is not, io.EOF being the usual end.
//
// Requests of which nothing is to come any more may be passed to serve, if that is not nil, instead of being returned; see
// inplace.go. It answers them, but does not call End.
func (c *Conn) Next(serve func(*message.Request)) (*message.Request, error) {
	if c.closing {
		return nil, io.EOF
	}
	if c.idle {
		c.serve = serve
		err := c.awaitFirst()
		c.serve = nil
		switch {
		case err != nil:
			return nil, err
		case c.known:
			c.known = false
			return &c.req, c.headErr
		case c.closing:
			return nil, io.EOF
		}
	}
	c.setActivity(reading)
	c.began = c.server.clock.now()
	until := after(c.began, c.server.settings.HeaderTimeout)
	for {
		length, err := c.scan.next(c.in[c.start:c.end], &c.server.settings)
		if err != nil {
			return nil, c.refuse(err)
		}
		if length > 0 {
			return &c.req, c.take(length)
		}
		c.makeRoom()
		if err := c.receive(until); err != nil {
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			c.closing = true
			return nil, err
		}
	}
}

// take parses the head, which is complete.
func (c *Conn) take(length int) error {
	c.requests.Add(1)
	c.setActivity(writing)
	head := c.in[c.start : c.start+length]
	c.start += length
	c.scan = headScanner{}
	err := parseHead(&c.req, head)
	if err == nil {
		err = c.judge()
	}
	if err != nil {
		return c.refuse(err)
	}
	c.body.begin(&c.req, c.in[c.start:c.end])
	return nil
}

func (c *Conn) refuse(err error) error {
	c.closing, c.refused = true, true
	c.setActivity(writing)
	return err
}

// awaitFirst waits for the first byte of a request that is not served in place.
func (c *Conn) awaitFirst() error {
	looked := false
	for {
		c.setActivity(waiting)
		served := c.requests.Load()
		until, settle := c.patience()
		alarm := min(until, settle)
		if c.serve != nil && !c.settled && !looked {
			alarm = min(alarm, c.since+lookAfter)
		}
		err := c.receive(alarm)
		switch {
		case err == nil:
			c.settled = false
			return nil
		case errors.Is(err, os.ErrDeadlineExceeded) && !c.server.draining.Load():
			if c.requests.Load() != served || alarm < min(until, settle) {
				looked = c.requests.Load() == served // or the waiting has just begun
				continue
			}
			if settle < until {
				return c.settle(until)
			}
			err = io.EOF
		case errors.Is(err, os.ErrDeadlineExceeded):
			err = io.EOF
		}
		c.closing = true
		return err
	}
}

// settle prepares the waiting in another goroutine. Setting the deadline here saves that the stack that it takes.
func (c *Conn) settle(until time.Duration) error {
	if err := c.arm(until); err != nil {
		c.closing = true
		return err
	}
	c.settled = true
	return ErrSettle
}

// patience returns until when an idle connection waits, and until when it does in the present goroutine.
func (c *Conn) patience() (until, settle time.Duration) {
	requests := c.requests.Load()
	if requests == 0 {
		return after(c.since, c.server.settings.HeaderTimeout), never
	}
	until = after(c.since, c.server.settings.IdleTimeout)
	switch {
	case c.settled:
		return until, never
	case requests == 1:
		return until, c.since
	}
	return until, c.since + settleAfter
}

// makeRoom makes sure that something can be read behind what is there.
func (c *Conn) makeRoom() {
	switch {
	case c.end < len(c.in):
	case c.start > 0:
		c.end = copy(c.in, c.in[c.start:c.end])
		c.start = 0
	default:
		// The scanner bounds heads, so this happens once at most.
		larger := make([]byte, c.server.settings.MaxHead+inSize)
		c.end = copy(larger, c.in[:c.end])
		c.in = larger
	}
}

func (c *Conn) setActivity(a activity) { c.activity.Store(uint32(a)) }
