package http1

import (
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/kongo-gateway/kongo/proxy/message"
)

// Settings are the limits for clients. The zero value has hardly any, see the fields.
type Settings struct {
	// MaxLine bounds the request line and each line of the header, MaxHead all of them together, in bytes.
	// Kong 3.9: large_client_header_buffers, size and number times size; 0 stands for its default, 8 KiB and 4 * 8 KiB.
	MaxLine, MaxHead int
	// MaxBody bounds request bodies in bytes; 0 is no limit. Kong 3.9: client_max_body_size.
	MaxBody int64

	// HeaderTimeout is for a head from its first byte to its end, BodyTimeout for the time between two successive reads of
	// a body, SendTimeout for that between two successive writes. 0 is no limit.
	// Kong 3.9: client_header_timeout, client_body_timeout, send_timeout; 60 s each.
	HeaderTimeout, BodyTimeout, SendTimeout time.Duration
	// IdleTimeout is how long a connection may be idle between requests; 0 switches keep-alive off.
	// Kong 3.9: keepalive_timeout, 75 s.
	IdleTimeout time.Duration
	// MaxRequests is how many requests a connection may carry; 0 is no limit. Kong 3.9: keepalive_requests, 10000.
	MaxRequests int
}

const (
	defaultMaxLine = 8 << 10
	defaultMaxHead = 4 * defaultMaxLine
)

// Server is what the connections to clients have in common. It is safe for concurrent use.
type Server struct {
	settings Settings
	clock    clock
	work     sync.Pool // of *work
	out      bytePool
	copies   bytePool

	draining atomic.Bool
	closing  atomic.Int64 // when idle connections end that drain, on clock

	mu      sync.Mutex
	conns   map[*Conn]struct{}
	total   Counters // of connections that are closed
	running sync.WaitGroup

	aborting sync.WaitGroup // one for each connection that Abort closes
}

// NewServer returns a Server. It owns no goroutine.
func NewServer(settings Settings) *Server {
	if settings.MaxLine <= 0 {
		settings.MaxLine = defaultMaxLine
	}
	if settings.MaxHead <= 0 {
		settings.MaxHead = defaultMaxHead
	}
	s := &Server{
		settings: settings,
		clock:    newClock(),
		out:      bytePool{size: outSize},
		copies:   bytePool{size: copySize},
		conns:    map[*Conn]struct{}{},
	}
	s.work.New = func() any {
		return &work{own: make([]byte, inSize), req: message.Request{Fields: make([]message.Field, 0, usualFields)}}
	}
	return s
}

// Conn takes over a connection that is ready for requests: a handshake, if any, is done. Whoever called closes it with
// Conn.Close.
func (s *Server) Conn(c net.Conn) *Conn {
	conn := newConn(s, c)
	s.running.Add(1)
	s.mu.Lock()
	s.conns[conn] = struct{}{}
	s.total.Accepted++
	s.mu.Unlock()
	return conn
}

// forget drops a connection that was closed.
func (s *Server) forget(c *Conn) {
	s.mu.Lock()
	delete(s.conns, c)
	s.total.Requests += c.requests.Load()
	s.mu.Unlock()
	s.running.Done()
}

// lastCall is how long an idle connection is still open after Drain: a client may have sent a request on it that has not
// arrived, and would find the connection reset.
const lastCall = time.Second

// Drain makes connections end: after the response to their present or next request, and idle ones after a second.
func (s *Server) Drain() {
	s.closing.Store(int64(s.clock.now() + lastCall))
	s.draining.Store(true)
	for _, c := range s.all() {
		c.wake()
	}
}

// lastMoment is when connections that are idle end, if Drain was called.
func (s *Server) lastMoment() time.Duration {
	if !s.draining.Load() {
		return never
	}
	return time.Duration(s.closing.Load())
}

// Abort closes all connections, whatever they are doing. It does not wait for those that serve a request.
func (s *Server) Abort() {
	s.draining.Store(true)
	for _, c := range s.all() {
		// Closing returns when nobody uses the descriptor any more, and a request that is served in place does until its end.
		s.aborting.Go(func() { _ = c.conn.Close() })
	}
}

// Wait returns when all connections are closed. No more may be taken over then.
func (s *Server) Wait() {
	s.running.Wait()
	s.aborting.Wait()
}

func (s *Server) all() []*Conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]*Conn, 0, len(s.conns))
	for c := range s.conns {
		list = append(list, c)
	}
	return list
}

// Counters tell what the connections of a server are doing and have done since its start.
type Counters struct {
	Accepted, Requests                uint64
	Active, Reading, Writing, Waiting uint64
}

// Counters returns the present numbers. Each connection counts for itself, so that requests share nothing.
func (s *Server) Counters() Counters {
	s.mu.Lock()
	defer s.mu.Unlock()
	sum := s.total
	for c := range s.conns {
		sum.Requests += c.requests.Load()
		sum.Active++
		switch activity(c.activity.Load()) {
		case reading:
			sum.Reading++
		case writing:
			sum.Writing++
		default:
			sum.Waiting++
		}
	}
	return sum
}

// Now returns the present moment on the clock of the server, which begins with it and never stands at zero.
func (s *Server) Now() time.Duration { return s.clock.now() }
