package proxy

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/kongo-gateway/kongo/proxy/http1"
	"github.com/kongo-gateway/kongo/proxy/message"
	"github.com/kongo-gateway/kongo/proxy/upstream"
)

// heldBody is the body of a request on its way to an upstream server: what of it is at hand, so that it can be sent again if
// an attempt fails, and what is still to come.
type heldBody struct {
	body []byte // at hand: a view of the client's buffer, or of memory
	rest message.Rest

	memory []byte   // owned, reused
	file   *os.File // holds all of it if memory does not suffice; rest reads from it

	handed bool // rest comes from the client
	record bool // what is read of rest is kept in memory
}

// discard lets go of everything but the memory.
func (h *heldBody) discard() {
	if h.file != nil {
		_ = h.file.Close()
	}
	*h = heldBody{memory: shrink(h.memory)}
}

// prepareBody decides how the body goes upstream, and reads as much of it as is needed for that.
//
// A body of known length streams. A chunked one is read until it ends or exceeds the buffer. In the latter case it goes on as
// it comes if the route streams requests, and otherwise through a file.
func (x *exchange) prepareBody() (framing, error) {
	h := &x.held
	if length := x.req.Length; length >= 0 {
		h.body = x.client.Early()
		if int64(len(h.body)) < length {
			if err := x.takeRest(); err != nil {
				return framing{}, err
			}
			h.remember(x.bodyBuffer(), length)
		}
		return framing{known: x.req.HasLength, length: length}, nil
	}
	ended, err := h.fill(x.client, x.server.bodyBuffer)
	switch {
	case err != nil:
		return framing{}, err
	case ended:
	case x.streamsRequest():
		return framing{chunks: true}, x.takeRest()
	default:
		if err := h.spill(x.client, x.server.opts.TempDir); err != nil {
			return framing{}, err
		}
	}
	return framing{known: true, length: int64(len(h.body)) + h.rest.Length}, nil
}

func (x *exchange) streamsRequest() bool {
	return x.terms.has(streamRequests) || x.server.opts.StreamRequests
}

// bodyBuffer is how much of a body of known length is held while it streams, so that it can be sent again.
func (x *exchange) bodyBuffer() int {
	if x.streamsRequest() {
		return 0
	}
	return x.server.bodyBuffer
}

// takeRest takes what is still to come over from the client.
func (x *exchange) takeRest() (err error) {
	x.held.handed = true
	x.held.rest, err = x.client.Rest()
	return err
}

// fill reads a body into memory until it ends or exceeds the limit.
func (h *heldBody) fill(from io.Reader, limit int) (ended bool, err error) {
	if cap(h.memory) <= limit {
		h.memory = make([]byte, 0, limit+1)
	}
	h.memory = h.memory[:0]
	for len(h.memory) <= limit {
		n, err := from.Read(h.memory[len(h.memory):cap(h.memory)])
		h.memory = h.memory[:len(h.memory)+n]
		h.body = h.memory
		if err == io.EOF {
			return true, nil
		}
		if err != nil {
			return false, err
		}
	}
	return false, nil
}

// errSpill marks failures of this machine to hold a body.
var errSpill = errors.New("could not buffer a request body")

// spill reads the rest of a body into a file, behind what is in memory. The file has no name, so that nothing is left behind
// whatever happens.
func (h *heldBody) spill(from io.Reader, dir string) error {
	file, err := os.CreateTemp(dir, "kongo-body-*")
	if err != nil {
		return fmt.Errorf("%w: %w", errSpill, err)
	}
	h.file = file
	if err := os.Remove(file.Name()); err != nil {
		return fmt.Errorf("%w: %w", errSpill, err)
	}
	n, err := io.Copy(spillFile{file}, struct{ io.Reader }{from})
	if err != nil {
		return err
	}
	h.rest = message.Rest{Length: n, Reader: file}
	return h.rewindFile()
}

// spillFile tells failures to write from those to read.
type spillFile struct{ file *os.File }

func (f spillFile) Write(p []byte) (int, error) {
	n, err := f.file.Write(p)
	if err != nil {
		err = fmt.Errorf("%w: %w", errSpill, err)
	}
	return n, err
}

func (h *heldBody) rewindFile() error {
	if _, err := h.file.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("%w: %w", errSpill, err)
	}
	return nil
}

// remember has a body that is small enough kept while it streams.
func (h *heldBody) remember(limit int, length int64) {
	if length > int64(limit) {
		return
	}
	h.memory = append(h.memory[:0], h.body...)
	h.body = h.memory
	h.record = true
	h.rest.Reader = (*recordedBody)(h)
}

// recordedBody reads the rest of a body from the client's connection and keeps what it reads.
type recordedBody heldBody

func (r *recordedBody) Read(p []byte) (int, error) {
	n, err := r.rest.Conn.Read(p)
	r.memory = append(r.memory, p[:n]...)
	return n, err
}

// again prepares a body of which bytes may have been taken for another attempt. It reports false if they are gone.
func (h *heldBody) again(taken bool) bool {
	switch {
	case !taken || h.rest.Length == 0:
		return true
	case h.file != nil:
		return h.rewindFile() == nil
	case h.record:
		h.rest.Length -= int64(len(h.memory) - len(h.body))
		h.body = h.memory
		return true
	}
	return false
}

// returnBody tells the client what became of the rest of the body: whether all of it was sent, or at least nothing was taken.
func (x *exchange) returnBody(all, taken bool) {
	if !x.held.handed {
		return
	}
	x.held.handed = false
	if !all && !taken {
		x.client.TakeBack()
	} else {
		x.client.Handed(all)
	}
}

// source is the rest in the form that upstream connections want it.
func (h *heldBody) source() upstream.Source { return upstream.Source(h.rest) }

// bodyFailure returns the status for a request whose body could not be read; 0 if nothing can be answered any more.
func bodyFailure(err error) int {
	var refusal *http1.Refusal
	switch {
	case errors.As(err, &refusal):
		return refusal.Status
	case errors.Is(err, errSpill):
		return 500
	}
	return 0
}
