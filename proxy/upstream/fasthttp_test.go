package upstream_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"

	"github.com/valyala/fasthttp"

	"github.com/kongo-gateway/kongo/proxy/upstream"
)

// forwarder is a minimal gateway on fasthttp.
type forwarder struct {
	peer *upstream.Peer
}

func (f *forwarder) handle(ctx *fasthttp.RequestCtx) {
	ctx.Request.Header.Del(fasthttp.HeaderConnection)
	req := &upstream.Request{Head: ctx.Request.Header.Header(), Timeouts: relaxed}
	if length := ctx.Request.Header.ContentLength(); length != 0 {
		req.Rest = upstream.Source{Length: int64(length), Reader: ctx.RequestBodyStream(), Conn: ctx.Conn()}
	}
	resp, err := f.peer.RoundTrip(req)
	if err != nil {
		ctx.SetConnectionClose()
		ctx.SetStatusCode(fasthttp.StatusBadGateway)
		return
	}
	ctx.SetStatusCode(resp.StatusCode())
	for i := range resp.Len() {
		name, value := resp.Field(i)
		if name := string(name); name != "Content-Length" && name != "Transfer-Encoding" {
			ctx.Response.Header.Add(name, string(value))
		}
	}
	if body, ok := resp.Whole(); ok {
		ctx.Response.SetBody(body)
		if !resp.Release() {
			ctx.SetConnectionClose()
		}
		return
	}
	ctx.Response.ImmediateHeaderFlush = true
	ctx.Response.SetBodyStream(&forwarded{resp, ctx.Conn()}, int(resp.ContentLength()))
}

// forwarded is a response body as fasthttp takes it.
type forwarded struct {
	*upstream.Response
	client net.Conn
}

func (f *forwarded) SupportsBodyWriteTo() bool { return true }

func (f *forwarded) WriteTo(w io.Writer) (int64, error) {
	return f.SendTo(w, f.client, patience)
}

func (f *forwarded) Close() error {
	if !f.Release() {
		return f.client.Close()
	}
	return nil
}

// TestBehindFasthttp forwards requests with bodies that are echoed while they are being sent.
func TestBehindFasthttp(t *testing.T) {
	s := serve(t, func(c *net.TCPConn) {
		r := bufio.NewReader(c)
		for {
			req, err := http.ReadRequest(r)
			if err != nil {
				return
			}
			if req.ContentLength >= 0 {
				fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nX-Up: stream\r\nContent-Length: %d\r\n\r\n", req.ContentLength)
				io.Copy(struct{ io.Writer }{c}, req.Body)
				continue
			}
			body, _ := io.ReadAll(req.Body)
			c.Write(framed("chunked", body))
		}
	})
	pool := newPool(t, keepAlive)
	gateway := &fasthttp.Server{
		Handler:            (&forwarder{pool.Peer(s.addr(), nil)}).handle,
		StreamRequestBody:  true,
		MaxRequestBodySize: 1, // all but the beginning is streamed
		NoDefaultDate:      true,
	}
	front := serve(t, func(c *net.TCPConn) { gateway.ServeConn(c) })
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	client := &http.Client{Transport: transport}

	for _, size := range []int{0, 1, upstream.ExchangeBuffer, upstream.CopyBuffer + 1, 8 << 20} {
		for _, chunked := range []bool{false, true} {
			var body io.Reader = bytes.NewReader(pattern(size))
			if chunked {
				body = struct{ io.Reader }{body}
			}
			resp, err := client.Post("http://"+front.addr().String()+"/", "text/plain", body)
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			if err != nil {
				t.Fatalf("%d bytes, chunked=%v: %v", size, chunked, err)
			}
			sameBytes(t, got, pattern(size))
		}
	}
	if n := s.accepted.Load(); n != 1 {
		t.Errorf("made %d connections to the server, want 1", n)
	}
	if n := pool.Stats().ResponseSpliced; n < 7<<20 {
		t.Errorf("spliced %d bytes", n)
	}
}
