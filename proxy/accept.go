package proxy

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/kongo-gateway/kongo/listener"
	"github.com/kongo-gateway/kongo/proxy/http1"
	"github.com/kongo-gateway/kongo/proxy/message"
)

// front accepts the connections of clients. It is a server of fasthttp: that accepts, and lends goroutines from its pool. What
// fasthttp does with a connection by itself, its request loop, is never entered; package http1 says why.
type front struct {
	server  *Server
	workers *fasthttp.Server

	mu      sync.Mutex
	sockets []*listener.Socket
	serving sync.WaitGroup // one for each socket
	leases  sync.WaitGroup // one for each connection in the hands of a worker

	// opening ends when nobody new is let in, and with it the handshakes that are going on.
	opening context.Context
	stop    context.CancelFunc
}

func newFront(s *Server) *front {
	f := &front{server: s, workers: &fasthttp.Server{
		Concurrency: s.opts.MaxConnections,
		Logger:      workerLog{s.opts.Log},
	}}
	// TLS is none of its business, so that all connections come as if no protocol had been negotiated.
	f.workers.NextProto("", f.serveConn)
	f.opening, f.stop = context.WithCancel(s.ctx)
	return f
}

// workerLog passes the log of fasthttp on.
type workerLog struct{ *slog.Logger }

func (l workerLog) Printf(format string, args ...any) { l.Warn(fmt.Sprintf(format, args...)) }

// serve begins to serve a socket.
func (f *front) serve(socket *listener.Socket) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sockets = append(f.sockets, socket)
	a := &acceptor{Socket: socket, front: f}
	if socket.Spec().TLS {
		a.tls = f.server.tlsConfig(f.server.opts.TLS)
	}
	f.serving.Go(func() {
		// It ends when the socket is closed; other errors do not come out of a Socket.
		_ = f.workers.Serve(a)
	})
}

// stopAccepting closes the sockets. When it returns no connection is accepted any more.
func (f *front) stopAccepting() {
	f.stop()
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, socket := range f.sockets {
		_ = socket.Close()
	}
	f.serving.Wait()
}

// wait returns when no worker has a connection. That is after stopAccepting and the end of the connections.
func (f *front) wait() { f.leases.Wait() }

// acceptor is a socket as fasthttp sees it.
type acceptor struct {
	*listener.Socket
	front *front
	tls   *tls.Config // nil for plain TCP
}

func (a *acceptor) Accept() (net.Conn, error) {
	conn, err := a.Socket.Accept()
	if err != nil {
		return nil, err
	}
	a.front.leases.Add(1)
	return &lease{Conn: conn, front: a.front, tls: a.tls}, nil
}

// lease is a connection in the hands of a worker. The worker closes it when it has done its part; the connection itself lives
// on if it was kept, because somebody else closes it.
type lease struct {
	net.Conn
	front *front
	tls   *tls.Config // nil for plain TCP
	kept  bool
}

// Close implements net.Conn.
func (l *lease) Close() error {
	defer l.front.leases.Done()
	if l.kept {
		return nil
	}
	return l.Conn.Close()
}

// serveConn makes a connection ready for requests, in one of the workers.
func (f *front) serveConn(nc net.Conn) error {
	l := nc.(*lease)
	l.kept = true
	var secured *tls.Conn
	conn := l.Conn
	if l.tls != nil {
		var err error
		if secured, err = f.handshake(l); err != nil {
			f.handshakeFailed(l, err)
			return nil
		}
		conn = secured
	}
	client := f.server.clients.Conn(conn)
	// In a goroutine with the least stack, because the first request may be long in coming, and many connections come at once.
	go f.server.serveRequests(client, f.server.newArrival(l.Conn, secured))
	return nil
}

// handshake secures a connection.
func (f *front) handshake(l *lease) (*tls.Conn, error) {
	secured := tls.Server(l.Conn, l.tls)
	ctx := f.opening
	if timeout := f.server.opts.Clients.HeaderTimeout; timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, timeout)
		defer cancel()
	}
	return secured, secured.HandshakeContext(ctx)
}

// handshakeFailed closes a connection that could not be secured. A client that speaks HTTP in clear text is told so.
//
// Kong 3.9: nginx, plain HTTP request sent to HTTPS port.
func (f *front) handshakeFailed(l *lease, err error) {
	f.server.opts.Log.Info("TLS handshake failed", "client", l.Conn.RemoteAddr(), "error", err)
	var notTLS tls.RecordHeaderError
	if errors.As(err, &notTLS) && notTLS.Conn != nil && isHTTP(notTLS.RecordHeader[:]) {
		const message = "The plain HTTP request was sent to HTTPS port\n"
		_ = l.Conn.SetWriteDeadline(time.Now().Add(time.Second))
		fmt.Fprintf(l.Conn, "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: %d\r\n"+
			"Connection: close\r\n\r\n%s", len(message), message)
	}
	_ = l.Conn.Close()
}

// isHTTP tells whether the first bytes of a connection look like a method.
func isHTTP(b []byte) bool {
	for _, c := range b {
		if (c < 'A' || c > 'Z') && c != ' ' && c != '/' {
			return false
		}
	}
	return true
}

// serveRequests serves the requests of a connection.
func (s *Server) serveRequests(conn *http1.Conn, a *arrival) {
	serve := func(r *message.Request) {
		x := s.begin(conn, a, r, conn.Began())
		x.serve()
		x.log()
		x.end()
	}
	for {
		request, err := conn.Next(serve)
		if err == http1.ErrSettle {
			go s.serveRequests(conn, a)
			return
		}
		if err != nil {
			s.refuse(conn, a, err)
			break
		}
		serve(request)
		if !conn.End() {
			break
		}
	}
	conn.Close()
}

// refuse answers a request that is not acceptable. After any other error there is nothing to be said.
func (s *Server) refuse(conn *http1.Conn, a *arrival, err error) {
	refusal, ok := err.(*http1.Refusal)
	if !ok {
		return
	}
	s.opts.Log.Info("client sent an invalid request", "client", a.peer, "error", err)
	x := s.begin(conn, a, conn.Request(), conn.Began())
	x.sendPage(refusal.Status)
	x.log()
	x.end()
}
