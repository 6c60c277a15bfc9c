package upstreams

import (
	"bufio"
	"crypto/tls"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// sleeperDelay is how long the sleeper takes to answer.
const sleeperDelay = 5 * time.Second

// tlsHandshake is the first byte of a TLS connection.
const tlsHandshake = 0x16

// A server accepts connections and has respond deal with each request.
type server struct {
	name    string
	respond func(s *server, conn net.Conn, req *request) (keep bool)
	tls     *tls.Config // nil: plain TCP

	port     int
	listener net.Listener
	hits     atomic.Int64
	stopping chan struct{}
	running  sync.WaitGroup

	mu    sync.Mutex
	conns map[net.Conn]bool // open ones; nil once the server is closed
}

func (s *server) start() error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s.listener, s.port = l, l.Addr().(*net.TCPAddr).Port
	s.stopping = make(chan struct{})
	s.conns = map[net.Conn]bool{}
	s.running.Go(s.accept)
	return nil
}

func (s *server) close() error {
	err := s.listener.Close()
	close(s.stopping)
	s.mu.Lock()
	for conn := range s.conns {
		_ = conn.Close()
	}
	s.conns = nil
	s.mu.Unlock()
	s.running.Wait()
	return err
}

func (s *server) accept() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return // closed
		}
		s.mu.Lock()
		if s.conns == nil {
			s.mu.Unlock()
			_ = conn.Close()
			return
		}
		s.conns[conn] = true
		s.mu.Unlock()
		s.running.Go(func() {
			s.serve(conn)
			_ = conn.Close()
			s.mu.Lock()
			delete(s.conns, conn)
			s.mu.Unlock()
		})
	}
}

// serve answers the requests of a connection until it ends or respond has had enough.
func (s *server) serve(conn net.Conn) {
	r := bufio.NewReader(conn)
	if s.tls != nil {
		// Plain HTTP on a TLS port is hung up on; a handshake would answer it with an alert.
		if first, err := r.Peek(1); err != nil || first[0] != tlsHandshake {
			return
		}
		conn = tls.Server(peeked{conn, r}, s.tls)
		r = bufio.NewReader(conn)
	}
	for {
		req, err := readRequest(r)
		if err != nil {
			return
		}
		s.hits.Add(1)
		if !s.respond(s, conn, req) {
			return
		}
	}
}

// peeked is a connection of which r has read ahead.
type peeked struct {
	net.Conn
	r *bufio.Reader
}

func (p peeked) Read(b []byte) (int, error) { return p.r.Read(b) }

func (s *server) echo(conn net.Conn, req *request) bool {
	a := answerTo(s.name, s.port, req)
	return s.pause(a.after) && a.write(conn, req.method) == nil && !a.close
}

func (s *server) echoLate(conn net.Conn, req *request) bool {
	return s.pause(sleeperDelay) && s.echo(conn, req)
}

func (s *server) hangUp(net.Conn, *request) bool { return false }

func (s *server) reset(conn net.Conn, _ *request) bool {
	// Without lingering, closing sends a reset.
	_ = conn.(*net.TCPConn).SetLinger(0)
	return false
}

// pause waits, and reports false if the server is closed meanwhile.
func (s *server) pause(d time.Duration) bool {
	if d == 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-s.stopping:
		return false
	}
}
