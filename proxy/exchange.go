package proxy

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/netip"
	"time"

	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/proxy/message"
	"github.com/kongo-gateway/kongo/proxy/router"
	"github.com/kongo-gateway/kongo/proxy/upstream"
)

// client is the side of an exchange that faces the client, in whatever protocol: the body of the request and the way back for
// the response. *http1.Conn implements it and describes it.
type client interface {
	Early() []byte
	Rest() (message.Rest, error)
	Handed(all bool)
	TakeBack()
	Read(p []byte) (int, error)

	Begin(status int, reason []byte)
	Field(name string, value []byte)
	SendHead(length int64) error
	Send(body []byte) error
	Stream(body message.Body, length int64, prompt bool) (int64, error)
	StreamBare(body message.Body) (int64, error)
	Last()
	Abort()

	Switch() error
	Hijack() (conn net.Conn, early []byte)
}

var _ plugin.Exchange = (*exchange)(nil)

// exchange is one request on its way through the gateway. It is taken from a pool and belongs to one goroutine.
type exchange struct {
	server *Server
	client client
	*arrival
	req *message.Request

	snapshot *snapshot
	began    time.Duration // by the server's clock, as all moments
	id       [32]byte      // X-Kong-Request-Id

	remote netip.Addr // the client

	// Where the request is to go.
	rawPath, path, query string
	route                *route
	terms                terms // of the route
	service              *service
	chain                *plugin.Chain
	pathLength           int // of what the route has matched
	upgrade              bool

	answer earlyAnswer // of the gateway, instead of an upstream server

	// The present attempt. While proxied is set, an upstream server is responsible for whatever the client gets.
	proxied        bool
	balanced       time.Duration // when its destination was known
	responded      time.Duration // when the head of its response was there, or it had failed
	upstreamStatus int

	// What the response came to.
	status int
	sent   int64 // bytes of body

	// Memory that stays with the exchange in the pool.
	match    router.Request
	result   router.Result
	lines    []router.HeaderLine
	pathRoom []byte
	head     []byte // for the upstream
	scratch  []byte
	body     []byte // of an answer of the gateway
	held     heldBody
	request  upstream.Request
}

// begin makes an exchange ready for a request that began at a moment.
func (s *Server) begin(c client, a *arrival, r *message.Request, began time.Duration) *exchange {
	x := s.exchanges.Get().(*exchange)
	x.client, x.arrival, x.req, x.began = c, a, r, began
	x.snapshot = s.snapshot.Load()
	x.remote = s.clientAddress(a, r)
	x.newID()
	return x
}

// usualRoom is how much memory of each kind an exchange keeps in the pool.
const usualRoom = 16 << 10

// end gives an exchange back.
func (x *exchange) end() {
	x.held.discard()
	clear(x.lines)
	kept := exchange{
		server:   x.server,
		lines:    x.lines[:0],
		pathRoom: shrink(x.pathRoom),
		head:     shrink(x.head),
		scratch:  shrink(x.scratch),
		body:     shrink(x.body),
		held:     x.held,
	}
	pool := &x.server.exchanges
	*x = kept
	pool.Put(x)
}

func shrink(b []byte) []byte {
	if cap(b) > usualRoom {
		return nil
	}
	return b[:0]
}

// newID draws the id of the request: 32 hexadecimal digits.
func (x *exchange) newID() {
	const digits = "0123456789abcdef"
	for i := 0; i < len(x.id); i += 16 {
		random := rand.Uint64()
		for n := range 16 {
			x.id[i+n] = digits[random&15]
			random >>= 4
		}
	}
}

// HeaderLines implements router.Headers.
func (x *exchange) HeaderLines() []router.HeaderLine {
	x.lines = x.lines[:0]
	for i := range x.req.Fields {
		f := &x.req.Fields[i]
		x.lines = append(x.lines, router.HeaderLine{Name: message.View(f.Name), Value: message.View(f.Value)})
	}
	return x.lines
}

// What follows makes an exchange what plugins see.

func (x *exchange) Context() context.Context { return x.server.ctx }
func (x *exchange) Log() *slog.Logger        { return x.server.opts.Log }
func (x *exchange) RequestID() string        { return message.View(x.id[:]) }
func (x *exchange) ClientIP() netip.Addr     { return x.remote }
func (x *exchange) Method() string           { return message.View(x.req.Method) }
func (x *exchange) Path() string             { return x.path }
func (x *exchange) Query() string            { return x.query }
func (x *exchange) Status() int              { return x.status }

func (x *exchange) Header(name string) (value string, ok bool) {
	for i := range x.req.Fields {
		if f := &x.req.Fields[i]; len(f.Name) == len(name) && equalFold(f.Name, name) {
			return message.View(f.Value), true
		}
	}
	return "", false
}

func (x *exchange) Route() plugin.Entity {
	if x.route == nil {
		return plugin.Entity{}
	}
	return plugin.Entity{ID: x.route.id, Name: x.route.name}
}

func (x *exchange) Service() plugin.Entity {
	if x.service == nil {
		return plugin.Entity{}
	}
	return plugin.Entity{ID: x.service.id, Name: x.service.name}
}

func (x *exchange) Answer(status int, message string) {
	if !x.answer.given {
		x.answer = earlyAnswer{given: true, status: status, message: message}
	}
}
