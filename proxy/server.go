package proxy

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/kongo-gateway/kongo/balancer"
	"github.com/kongo-gateway/kongo/listener"
	"github.com/kongo-gateway/kongo/proxy/http1"
	"github.com/kongo-gateway/kongo/proxy/message"
	"github.com/kongo-gateway/kongo/proxy/upstream"
)

// Server is the data plane of a node. Its methods may be called by any goroutine.
type Server struct {
	opts Options

	// What Options come to.
	product           []byte
	charset           string // with what goes in front of it
	clientSource      clientSource
	bodyBuffer        int
	replaced          message.Names // headers of clients that do not go upstream as they are
	upstreamRequestID bool
	headers           responseHeaders
	templates         [formats]errorTemplate
	defaultFormat     errorFormat

	snapshot  atomic.Pointer[snapshot]
	builder   *builder
	pool      *upstream.Pool
	checker   *balancer.Checker
	clients   *http1.Server
	front     *front
	exchanges sync.Pool
	wall      wallClock

	ctx    context.Context // ends when the node stops for good
	cancel context.CancelFunc
}

// defaultBodyBuffer is Kong's client_body_buffer_size.
const defaultBodyBuffer = 8 << 10

// New returns a Server that has no configuration yet and listens to nothing. Close ends it.
func New(opts Options) *Server {
	s := &Server{
		opts:          opts,
		product:       []byte(opts.Product),
		clientSource:  newClientSource(opts.RealIPHeader, opts.RealIPRecursive),
		bodyBuffer:    opts.BodyBuffer,
		replaced:      replaced,
		headers:       newResponseHeaders(opts.Headers),
		templates:     newErrorTemplates(opts.ErrorTemplates, opts.Log),
		defaultFormat: plainFormat,
		pool:          upstream.NewPool(opts.Upstreams),
		checker:       balancer.NewChecker(),
		clients:       http1.NewServer(opts.Clients),
	}
	if s.bodyBuffer <= 0 {
		s.bodyBuffer = defaultBodyBuffer
	}
	if opts.Charset != "" {
		s.charset = "; charset=" + opts.Charset
	}
	if format, ok := mediaTypes[opts.ErrorDefaultType]; ok {
		s.defaultFormat = format
	}
	if s.upstreamRequestID = opts.UpstreamHeaders["X-Kong-Request-Id"]; s.upstreamRequestID {
		s.replaced |= message.NamesOf(message.XKongRequestID)
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.exchanges.New = func() any { return &exchange{server: s} }
	s.front = newFront(s)
	s.builder = newBuilder(s)
	s.snapshot.Store(s.builder.empty())
	return s
}

// Load reads the whole configuration and puts it into force. From then on changes that Feed tells of are followed: one that
// this node makes is in force when the write has returned. Load is called once, before Serve.
func (s *Server) Load(ctx context.Context) error {
	if err := s.builder.load(ctx); err != nil {
		return fmt.Errorf("load the configuration: %w", err)
	}
	return nil
}

// Serve begins to serve sockets and returns at once. Shutdown and Close close the sockets. It fails if a socket is to speak
// TLS and there is no configuration for that.
func (s *Server) Serve(sockets ...*listener.Socket) error {
	for _, socket := range sockets {
		if socket.Spec().TLS && s.opts.TLS == nil {
			return fmt.Errorf("serve %s: %w", socket.Addr(), errNoTLS)
		}
	}
	for _, socket := range sockets {
		s.front.serve(socket)
	}
	return nil
}

var errNoTLS = errors.New("no TLS configuration")

// Shutdown ends the serving of clients: nobody new is let in, idle connections are closed, requests are brought to their end.
// Those that are not when ctx is done are broken off, and the error says so.
func (s *Server) Shutdown(ctx context.Context) error {
	s.front.stopAccepting()
	s.clients.Drain()
	done := make(chan struct{})
	go func() {
		s.front.wait()
		s.clients.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		s.clients.Abort()
		<-done
		return fmt.Errorf("drain client connections: %w", context.Cause(ctx))
	}
}

// Close ends everything at once and waits for it.
func (s *Server) Close() error {
	s.cancel()
	s.front.stopAccepting()
	s.clients.Abort()
	s.pool.Close()
	s.front.wait()
	s.clients.Wait()
	s.builder.close()
	s.checker.Close()
	return nil
}

// Balancer returns the balancer of an upstream, nil if there is none.
func (s *Server) Balancer(upstreamID string) *balancer.Balancer {
	if group := s.snapshot.Load().groups[upstreamID]; group != nil {
		return group.balancer
	}
	return nil
}

// Stats are the numbers of clients' connections and requests, and of the bytes of bodies.
type Stats struct {
	Clients http1.Counters
	Bodies  upstream.Stats
}

// Stats returns the present numbers.
func (s *Server) Stats() Stats {
	return Stats{Clients: s.clients.Counters(), Bodies: s.pool.Stats()}
}
