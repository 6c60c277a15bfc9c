package proxy_test

import (
	"bytes"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/valyala/fasthttp"

	"github.com/kongo-gateway/kongo/proxy"
)

var (
	smallRequest = []byte("GET /plain/items?id=7 HTTP/1.1\r\nHost: api.test\r\nUser-Agent: test/1.0\r\nAccept: */*\r\n" +
		"Accept-Encoding: gzip\r\nX-Trace: 0123456789abcdef\r\n\r\n")
	smallAnswer = []byte("HTTP/1.1 200 OK\r\nServer: test\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\n" +
		"Content-Type: text/plain; charset=utf-8\r\nContent-Length: 128\r\n\r\n" + strings.Repeat("x", 128))
)

// blunt answers whatever ends in an empty line, as fast as it can.
func blunt(s *session) {
	buf := make([]byte, 4096)
	for {
		n, err := s.Read(buf)
		if err != nil {
			return
		}
		if !bytes.HasSuffix(buf[:n], []byte("\r\n\r\n")) {
			continue
		}
		if _, err := s.Write(smallAnswer); err != nil {
			return
		}
	}
}

// plainNode is a node with one route among many to a server that costs next to nothing.
func plainNode(t testing.TB) *node {
	b := startRaw(t, blunt)
	n := start(t, config{options: func(o *proxy.Options) { o.Clients.MaxRequests, o.Upstreams.MaxRequests = 0, 0 }})
	service := ref(n.insert("services", b.service()))
	n.insert("routes", doc{"paths": list("/plain"), "service": service})
	for _, path := range []string{"/a", "/b", "/c"} {
		n.insert("routes", doc{"paths": list(path), "hosts": list("api.test"), "service": service})
	}
	return n
}

// plainClient sends requests over a connection and does next to nothing itself.
type plainClient struct {
	conn net.Conn
	buf  []byte
}

func newPlainClient(t testing.TB, addr string) *plainClient {
	return &plainClient{conn: dial(t, addr), buf: make([]byte, 8192)}
}

func (c *plainClient) exchange(t testing.TB) {
	if _, err := c.conn.Write(smallRequest); err != nil {
		t.Fatal(err)
	}
	filled := 0
	for {
		n, err := c.conn.Read(c.buf[filled:])
		if err != nil {
			t.Fatal(err)
		}
		filled += n
		if head := bytes.Index(c.buf[:filled], []byte("\r\n\r\n")); head >= 0 && filled >= head+4+128 {
			if !bytes.HasPrefix(c.buf, []byte("HTTP/1.1 200")) {
				t.Fatalf("got %s", c.buf[:filled])
			}
			return
		}
	}
}

// BenchmarkPlain measures whole requests of one client, server and client included.
func BenchmarkPlain(b *testing.B) {
	n := plainNode(b)
	c := newPlainClient(b, n.plain)
	c.exchange(b)
	b.ReportAllocs()
	for b.Loop() {
		c.exchange(b)
	}
}

// BenchmarkPlainParallel measures requests of many clients at a time.
func BenchmarkPlainParallel(b *testing.B) { benchmarkParallel(b, plainNode(b).plain) }

func benchmarkParallel(b *testing.B, addr string) {
	b.ReportAllocs()
	b.SetParallelism(32)
	b.RunParallel(func(pb *testing.PB) {
		c := newPlainClient(b, addr)
		for pb.Next() {
			c.exchange(b)
		}
	})
}

// BenchmarkFasthttpParallel is the least that a gateway made of fasthttp's server and client costs: it looks at nothing.
func BenchmarkFasthttpParallel(b *testing.B) {
	server := startRaw(b, blunt)
	upstream := &fasthttp.HostClient{Addr: server.Addr().String(), MaxConns: 1024}
	front := &fasthttp.Server{Handler: func(ctx *fasthttp.RequestCtx) {
		if err := upstream.Do(&ctx.Request, &ctx.Response); err != nil {
			b.Error(err)
		}
	}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	served := make(chan struct{})
	go func() { defer close(served); _ = front.Serve(l) }()
	b.Cleanup(func() { _ = l.Close(); upstream.CloseIdleConnections(); <-served })
	benchmarkParallel(b, l.Addr().String())
}

// BenchmarkLarge moves 16 MiB through a node.
func BenchmarkLarge(b *testing.B) {
	content := bytes.Repeat([]byte("x"), large)
	server := startRaw(b, func(s *session) {
		for {
			if _, err := readHead(s.in); err != nil {
				return
			}
			if _, err := io.WriteString(s, "HTTP/1.1 200 OK\r\nContent-Length: 16777216\r\n\r\n"); err != nil {
				return
			}
			if _, err := s.Write(content); err != nil {
				return
			}
		}
	})
	n := start(b, config{})
	n.insert("routes", doc{"paths": list("/"), "service": ref(n.insert("services", server.service()))})
	s := connect(b, n.plain)
	b.SetBytes(large)
	for b.Loop() {
		s.send(b, get("/"))
		if _, err := readHead(s.in); err != nil {
			b.Fatal(err)
		}
		if _, err := io.CopyN(io.Discard, s.in, large); err != nil {
			b.Fatal(err)
		}
	}
}
