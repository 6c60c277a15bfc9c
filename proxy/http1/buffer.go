package http1

import (
	"sync"

	"github.com/kongo-gateway/kongo/proxy/message"
)

const (
	// inSize is for the head of a request and what came with it. A larger head gets a buffer of its own.
	inSize = 8 << 10
	// outSize is for the head of a response and, if all of that fits in, its body.
	outSize = 16 << 10
	// copySize is the unit in which bodies are copied.
	copySize = 64 << 10
)

// work is what a connection needs for one request. An idle connection has none.
type work struct {
	own        []byte // the usual buffer
	in         []byte // the buffer in use: own, or a larger one
	start, end int    // in[start:end] was received and not dealt with
	scan       headScanner
	req        message.Request
	body       body
	out        *[]byte // the response as far as it is composed; nil while there is none
}

const (
	// usualFields is how many lines of a header a work has memory for from the beginning, mostFields how many at most while
	// it lies in the pool.
	usualFields = 32
	mostFields  = 128
)

func (s *Server) getWork() *work {
	w := s.work.Get().(*work)
	w.in = w.own
	return w
}

func (s *Server) putWork(w *work) {
	if cap(w.req.Fields) > mostFields {
		w.req.Fields = nil
	}
	w.req.Reset()
	w.body.release(s)
	*w = work{own: w.own, req: w.req}
	s.work.Put(w)
}

// bytePool lends slices of one capacity. They travel by pointer, because putting a slice into a pool allocates its header.
type bytePool struct {
	size int
	pool sync.Pool
}

func (p *bytePool) get() *[]byte {
	if b, ok := p.pool.Get().(*[]byte); ok {
		return b
	}
	b := make([]byte, 0, p.size)
	return &b
}

// put takes back a slice, unless it has outgrown the pool.
func (p *bytePool) put(b *[]byte) {
	if b != nil && cap(*b) == p.size {
		*b = (*b)[:0]
		p.pool.Put(b)
	}
}
