package bench

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
)

// listen serves connections with a function, which ends with its connection, until the benchmark ends.
func listen(b *testing.B, serve func(net.Conn)) (addr string) {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(b, err)
	s := &connections{listener: l, open: make(map[net.Conn]bool)}
	s.serving.Go(func() { s.accept(serve) })
	b.Cleanup(s.close)
	return l.Addr().String()
}

var headEnd = []byte("\r\n\r\n")

// blunt answers whatever ends in an empty line.
func blunt(answer string) func(net.Conn) {
	return func(c net.Conn) {
		in, out := make([]byte, 64<<10), []byte(answer)
		for {
			n, err := c.Read(in)
			if err != nil {
				return
			}
			if !bytes.HasSuffix(in[:n], headEnd) {
				continue
			}
			if _, err := c.Write(out); err != nil {
				return
			}
		}
	}
}

// answerOf is a response with so many bytes, and further lines in its header.
func answerOf(size int, lines string) string {
	return fmt.Sprintf("HTTP/1.1 200 OK\r\nServer: bench\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nContent-Type: text/plain; charset=utf-8\r\n"+
		"%sContent-Length: %d\r\n\r\n%s", lines, size, strings.Repeat("x", size))
}

// client sends the same request again and again over one connection.
type client struct {
	net.Conn
	request []byte
	in      []byte
}

func dial(b *testing.B, addr, request string) *client {
	b.Helper()
	conn, err := net.Dial("tcp", addr)
	must(b, err)
	b.Cleanup(func() { conn.Close() })
	return &client{conn, []byte(request), make([]byte, 256<<10)}
}

// exchange sends the request and reads the response, whose body has a size.
func (c *client) exchange(b *testing.B, size int) {
	if _, err := c.Write(c.request); err != nil {
		b.Fatal(err)
	}
	filled, head := 0, -1
	for head < 0 {
		n, err := c.Read(c.in[filled:])
		if err != nil {
			b.Fatal(err)
		}
		filled += n
		head = bytes.Index(c.in[:filled], headEnd)
	}
	if !bytes.HasPrefix(c.in, []byte("HTTP/1.1 200 ")) {
		b.Fatalf("got %s", c.in[:filled])
	}
	for missing := head + len(headEnd) + size - filled; missing > 0; {
		n, err := c.Read(c.in[:min(missing, len(c.in))])
		if missing -= n; err != nil && err != io.EOF {
			b.Fatal(err)
		}
	}
}
