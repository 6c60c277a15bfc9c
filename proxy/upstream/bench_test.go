package upstream_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/proxy/upstream"
)

// blunt answers whatever ends in an empty line, as fast as it can.
func blunt(answer []byte) func(c *net.TCPConn) {
	return func(c *net.TCPConn) {
		buf := make([]byte, 4096)
		for {
			n, err := c.Read(buf)
			if err != nil {
				return
			}
			if !bytes.HasSuffix(buf[:n], []byte("\r\n\r\n")) {
				continue
			}
			if _, err := c.Write(answer); err != nil {
				return
			}
		}
	}
}

var smallAnswer = []byte("HTTP/1.1 200 OK\r\nServer: bench\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\n" +
	"Content-Type: text/plain; charset=utf-8\r\nContent-Length: 128\r\n\r\n" + strings.Repeat("x", 128))

// exchange is a whole exchange of a plain request.
func exchange(tb testing.TB, peer *upstream.Peer, req *upstream.Request) {
	resp, err := peer.RoundTrip(req)
	if err != nil {
		tb.Fatal(err)
	}
	if body, ok := resp.Whole(); !ok || len(body) != 128 {
		tb.Fatalf("got %d bytes", len(body))
	}
	resp.Release()
}

func BenchmarkExchange(b *testing.B) {
	peer := newPool(b, keepAlive).Peer(serve(b, blunt(smallAnswer)).addr(), nil)
	req := get()
	b.ReportAllocs()
	for b.Loop() {
		exchange(b, peer, req)
	}
}

func BenchmarkExchangeParallel(b *testing.B) {
	o := keepAlive
	o.PoolSize = 512
	peer := newPool(b, o).Peer(serve(b, blunt(smallAnswer)).addr(), nil)
	req := get()
	b.ReportAllocs()
	b.SetParallelism(16)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			exchange(b, peer, req)
		}
	})
}

func BenchmarkResponseBody(b *testing.B) {
	for _, size := range []int{64 << 10, 1 << 20, 16 << 20} {
		for _, framing := range []string{"length", "chunked"} {
			b.Run(fmt.Sprintf("%s/%dKiB", framing, size>>10), func(b *testing.B) {
				peer := newPool(b, keepAlive).Peer(serve(b, blunt(framed(framing, pattern(size)))).addr(), nil)
				near, far := tcpPair(b)
				go io.Copy(io.Discard, struct{ io.Reader }{far})
				req := get()
				b.SetBytes(int64(size))
				b.ReportAllocs()
				for b.Loop() {
					resp, err := peer.RoundTrip(req)
					if err != nil {
						b.Fatal(err)
					}
					if _, err := resp.SendTo(near, near, time.Minute); err != nil {
						b.Fatal(err)
					}
					resp.Release()
				}
			})
		}
	}
}

func BenchmarkUpload(b *testing.B) {
	for _, size := range []int{8 << 10, 64 << 10, 1 << 20} {
		for _, way := range []string{"connection", "reader"} {
			b.Run(fmt.Sprintf("%s/%dKiB", way, size>>10), func(b *testing.B) {
				body := pattern(size)
				peer := newPool(b, keepAlive).Peer(serve(b, func(c *net.TCPConn) {
					buf := make([]byte, 64<<10)
					for left := 0; ; {
						n, err := c.Read(buf)
						if err != nil {
							return
						}
						if left == 0 {
							left = bytes.Index(buf[:n], []byte("\r\n\r\n")) + 4 + size
						}
						if left -= n; left == 0 {
							c.Write(smallAnswer)
						}
					}
				}).addr(), nil)
				near, far := tcpPair(b)
				source := upstream.Source{Conn: near, Timeout: time.Minute}
				if way == "reader" {
					source.Reader = near
				}
				req := posting(nil, int64(size), source)
				b.SetBytes(int64(size))
				b.ReportAllocs()
				for b.Loop() {
					go far.Write(body)
					exchange(b, peer, req)
				}
			})
		}
	}
}
