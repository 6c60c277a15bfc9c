package upstream_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"testing"

	"github.com/kongo-gateway/kongo/proxy/upstream"
)

// sizes lie around the limits of buffers and of what is spliced.
var sizes = []int{
	0, 1, 4095, 4096, 4097,
	upstream.ExchangeBuffer - 1, upstream.ExchangeBuffer, upstream.ExchangeBuffer + 1, 2*upstream.ExchangeBuffer + 1,
	upstream.CopyBuffer - 1, upstream.CopyBuffer, upstream.CopyBuffer + 1, 16 << 20,
}

// framed renders an answer with a body.
func framed(framing string, body []byte) []byte {
	var b bytes.Buffer
	b.WriteString("HTTP/1.1 200 OK\r\n")
	switch framing {
	case "length":
		fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n", len(body))
		b.Write(body)
	case "chunked":
		b.WriteString("Transfer-Encoding: chunked\r\n\r\n")
		for size := 1; len(body) > 0; size = size*3 + 1 {
			chunk := body[:min(size, len(body))]
			body = body[len(chunk):]
			fmt.Fprintf(&b, "%x\r\n%s\r\n", len(chunk), chunk)
		}
		b.WriteString("0\r\n\r\n")
	case "close":
		b.WriteString("Connection: close\r\n\r\n")
		b.Write(body)
	}
	return b.Bytes()
}

// sender gives the same answer to every request, and closes the connection where that is how the answer ends.
func sender(framing string, body []byte) func(c *net.TCPConn) {
	answer := framed(framing, body)
	return func(c *net.TCPConn) {
		r := bufio.NewReader(c)
		for {
			if _, err := readRequest(r); err != nil {
				return
			}
			if _, err := c.Write(answer); err != nil || framing == "close" {
				return
			}
		}
	}
}

// ways are the ways to get at a body.
var ways = []struct {
	name    string
	splices bool
	get     func(t *testing.T, resp *upstream.Response) []byte
}{
	{"Read", false, func(t *testing.T, resp *upstream.Response) []byte {
		var b bytes.Buffer
		if _, err := io.CopyBuffer(&b, struct{ io.Reader }{resp}, make([]byte, 32<<10)); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}},
	{"Read in small pieces", false, func(t *testing.T, resp *upstream.Response) []byte {
		var b bytes.Buffer
		if _, err := io.CopyBuffer(&b, struct{ io.Reader }{resp}, make([]byte, 1000)); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}},
	{"WriteTo a writer", false, func(t *testing.T, resp *upstream.Response) []byte {
		var b bytes.Buffer
		if _, err := resp.WriteTo(&b); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}},
	{"WriteTo a connection", true, func(t *testing.T, resp *upstream.Response) []byte {
		return throughConnection(t, func(client *net.TCPConn) error {
			_, err := resp.WriteTo(client)
			return err
		})
	}},
	{"SendTo", true, func(t *testing.T, resp *upstream.Response) []byte {
		return throughConnection(t, func(client *net.TCPConn) error {
			w := bufio.NewWriter(client)
			if _, err := resp.SendTo(w, client, patience); err != nil {
				return err
			}
			return w.Flush()
		})
	}},
}

// throughConnection returns what send writes to a connection.
func throughConnection(t *testing.T, send func(client *net.TCPConn) error) []byte {
	near, far := tcpPair(t)
	got := make(chan []byte, 1)
	go func() {
		b, _ := io.ReadAll(far)
		got <- b
	}()
	if err := send(near); err != nil {
		t.Error(err)
	}
	near.Close()
	return <-got
}

func TestBodies(t *testing.T) {
	for _, framing := range []string{"length", "chunked", "close"} {
		for _, size := range sizes {
			body := pattern(size)
			send := sender(framing, body)
			for _, way := range ways {
				if way.name == "Read in small pieces" && size > 1<<20 {
					continue // takes long and shows nothing new
				}
				t.Run(fmt.Sprintf("%s/%d/%s", framing, size, way.name), func(t *testing.T) {
					watchDescriptors(t)
					pool := newPool(t, keepAlive)
					peer := pool.Peer(serve(t, send).addr(), nil)
					rounds := 2
					if size > 1<<20 {
						rounds = 1
					}
					for range rounds {
						resp, err := peer.RoundTrip(get())
						if err != nil {
							t.Fatal(err)
						}
						sameBytes(t, way.get(t, resp), body)
						resp.Release()
					}
					if kept := peer.Idle() == 1; kept != (framing != "close") {
						t.Errorf("connection kept: %v", kept)
					}

					stats := pool.Stats()
					if got := stats.ResponseSpliced + stats.ResponseCopied; got != int64(rounds*size) {
						t.Errorf("counted %d bytes, want %d", got, rounds*size)
					}
					// What comes with the head is copied, and so may be a rest that is not worth a pipe.
					must := max(0, rounds*(size-2*upstream.ExchangeBuffer))
					if !way.splices || framing != "length" {
						must = 0
						if stats.ResponseSpliced != 0 {
							t.Errorf("spliced %d bytes", stats.ResponseSpliced)
						}
					}
					if stats.ResponseSpliced < int64(must) {
						t.Errorf("spliced %d bytes, want at least %d", stats.ResponseSpliced, must)
					}
				})
			}
		}
	}
}

// TestSpliceRefused: without pipes, bodies are copied.
func TestSpliceRefused(t *testing.T) {
	pool := newPool(t, keepAlive)
	pool.RefuseSplice()
	body := pattern(1 << 20)
	peer := pool.Peer(serve(t, sender("length", body)).addr(), nil)
	resp, err := peer.RoundTrip(get())
	if err != nil {
		t.Fatal(err)
	}
	got := throughConnection(t, func(client *net.TCPConn) error {
		_, err := resp.WriteTo(client)
		return err
	})
	sameBytes(t, got, body)
	resp.Release()
	if stats := pool.Stats(); stats.ResponseSpliced != 0 || stats.ResponseCopied != int64(len(body)) {
		t.Errorf("got %+v", stats)
	}
	if peer.Idle() != 1 {
		t.Error("the connection was not kept")
	}
}

// TestStreaming: what a server sends of a body is passed on before the rest follows.
func TestStreaming(t *testing.T) {
	const rounds = 5
	tests := []struct{ name, head, format, end string }{
		{"length", fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", rounds*5), "%s", ""},
		{"chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "5\r\n%s\r\n", "0\r\n\r\n"},
		{"until close", "HTTP/1.1 200 OK\r\n\r\n", "%s", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			next := make(chan bool, 1)
			peer := newPool(t, keepAlive).Peer(serve(t, func(c *net.TCPConn) {
				readRequest(bufio.NewReader(c))
				io.WriteString(c, test.head)
				for range rounds {
					<-next
					fmt.Fprintf(c, test.format, "hello")
				}
				io.WriteString(c, test.end)
			}).addr(), nil)
			resp, err := peer.RoundTrip(get())
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Release()
			buf := make([]byte, 100)
			for range rounds {
				next <- true
				if n, err := io.ReadFull(resp, buf[:5]); err != nil || string(buf[:n]) != "hello" {
					t.Fatalf("got %q and error %v", buf[:n], err)
				}
			}
			if _, err := resp.Read(buf); err != io.EOF {
				t.Errorf("got error %v at the end", err)
			}
		})
	}
}
