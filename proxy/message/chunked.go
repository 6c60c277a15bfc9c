package message

import (
	"errors"
	"math"
)

// Why a body is no chunked coding, or none that is accepted.
var (
	ErrChunkSyntax  = errors.New("invalid chunked coding")
	ErrChunkFraming = errors.New("too many bytes of chunked framing between two chunks")
)

// maxChunkFraming bounds the bytes between two chunks and the trailer section: chunk extensions and trailers, which are
// read and dropped.
const maxChunkFraming = 64 << 10

// chunkState is the element of chunked coding that the next byte belongs to.
type chunkState uint8

const (
	chunkSizeStart chunkState = iota
	chunkSize
	chunkExtension
	chunkSizeEnd // the line feed after a chunk's size
	chunkData
	chunkDataEnd // the line end after a chunk's data
	chunkDataFeed
	trailerStart
	trailerLine
	trailerEnd // the line feed of the empty line that ends the trailers
	chunksDone
)

// ChunkDecoder takes the framing off a chunked body. The zero value is ready for the first byte of one. Like nginx it
// takes a lone line feed for a line end and drops extensions and trailers.
type ChunkDecoder struct {
	state   chunkState
	left    int64 // bytes missing from the current chunk
	framing int   // bytes of framing since the last data
}

// Done reports whether the end of the body was reached.
func (d *ChunkDecoder) Done() bool { return d.state == chunksDone }

// Next looks at the bytes that follow the ones of the call before: skip of them are framing, and after these come data
// bytes of payload, which the decoder counts as taken. Nothing beyond the end of the body is ever skipped. It must be
// called again until it returns 0, 0.
func (d *ChunkDecoder) Next(b []byte) (skip, data int, err error) {
	for skip < len(b) && d.state != chunkData && d.state != chunksDone {
		if err := d.step(b[skip]); err != nil {
			return skip, 0, err
		}
		if d.framing++; d.framing > maxChunkFraming {
			return skip, 0, ErrChunkFraming
		}
		skip++
	}
	if d.state == chunkData {
		data = int(min(d.left, int64(len(b)-skip)))
		if d.left -= int64(data); d.left == 0 {
			d.state, d.framing = chunkDataEnd, 0
		}
	}
	return skip, data, nil
}

// step takes one byte of framing.
func (d *ChunkDecoder) step(c byte) error {
	switch d.state {
	case chunkSizeStart, chunkSize:
		if digit, ok := hexDigit(c); ok {
			if d.left > math.MaxInt64>>4 {
				return ErrChunkSyntax
			}
			d.left = d.left<<4 | int64(digit)
			d.state = chunkSize
			return nil
		}
		if d.state == chunkSizeStart || c != '\r' && c != '\n' && c != ';' && !isBlank(c) {
			return ErrChunkSyntax
		}
		return d.sizeLine(c)
	case chunkExtension:
		return d.sizeLine(c)
	case chunkSizeEnd, chunkDataFeed, trailerEnd:
		if c != '\n' {
			return ErrChunkSyntax
		}
		switch d.state {
		case chunkSizeEnd:
			return d.sizeLine(c)
		case chunkDataFeed:
			d.state = chunkSizeStart
		default:
			d.state = chunksDone
		}
	case chunkDataEnd:
		switch c {
		case '\r':
			d.state = chunkDataFeed
		case '\n':
			d.state = chunkSizeStart
		default:
			return ErrChunkSyntax
		}
	case trailerStart:
		switch c {
		case '\r':
			d.state = trailerEnd
		case '\n':
			d.state = chunksDone
		default:
			d.state = trailerLine
		}
	case trailerLine:
		if c == '\n' {
			d.state = trailerStart
		}
	}
	return nil
}

// sizeLine takes a byte of a size line after the digits.
func (d *ChunkDecoder) sizeLine(c byte) error {
	switch {
	case c == '\r':
		d.state = chunkSizeEnd
	case c != '\n':
		d.state = chunkExtension
	case d.left == 0:
		d.state = trailerStart
	default:
		d.state = chunkData
	}
	return nil
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}
