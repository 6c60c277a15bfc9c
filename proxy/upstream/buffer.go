package upstream

import "sync"

const (
	// exchangeBuffer is what one exchange reads into: the response head and as much of the body as came with it.
	exchangeBuffer = 16 << 10
	// copyBuffer is the unit in which bodies are copied that cannot be spliced. It also bounds a response head.
	copyBuffer = 64 << 10
)

// buffers lends byte slices of the two sizes above. Arrays are pooled by pointer: a pooled slice would allocate its
// header with every Put.
type buffers struct {
	exchange, copy sync.Pool
}

func newBuffers() *buffers {
	return &buffers{
		exchange: sync.Pool{New: func() any { return new([exchangeBuffer]byte) }},
		copy:     sync.Pool{New: func() any { return new([copyBuffer]byte) }},
	}
}

func (b *buffers) getExchange() []byte { return b.exchange.Get().(*[exchangeBuffer]byte)[:] }

func (b *buffers) getCopy() []byte { return b.copy.Get().(*[copyBuffer]byte)[:] }

// put takes back a slice that one of the two getters returned; nil is ignored.
func (b *buffers) put(buf []byte) {
	switch len(buf) {
	case exchangeBuffer:
		b.exchange.Put((*[exchangeBuffer]byte)(buf))
	case copyBuffer:
		b.copy.Put((*[copyBuffer]byte)(buf))
	}
}
