package upstream_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/proxy/upstream"
)

// TestServerStopsWithinBody has the server close, reset or stall at many places of a body.
func TestServerStopsWithinBody(t *testing.T) {
	const size = 300_000
	body := pattern(size)
	cuts := []int{0, 1, 1000}
	for _, block := range []int{4096, upstream.ExchangeBuffer, upstream.CopyBuffer, 256 << 10} {
		cuts = append(cuts, block-1, block, block+1)
	}
	cuts = append(cuts, size-1)
	for _, framing := range []string{"length", "chunked"} {
		answer := framed(framing, body)
		headLen := bytes.Index(answer, []byte("\r\n\r\n")) + 4
		for _, how := range []string{"close", "reset", "stall"} {
			for _, cut := range cuts {
				for _, way := range []string{"Read", "SendTo"} {
					t.Run(fmt.Sprintf("%s/%s/%d/%s", framing, how, cut, way), func(t *testing.T) {
						watchDescriptors(t)
						s := serve(t, func(c *net.TCPConn) {
							readRequest(bufio.NewReader(c))
							c.Write(answer[:headLen+cut])
							switch how {
							case "reset":
								c.SetLinger(0)
							case "stall":
								io.Copy(io.Discard, c)
							}
						})
						peer := newPool(t, keepAlive).Peer(s.addr(), nil)
						req := get()
						if how == "stall" {
							req.Timeouts.Read = 50 * time.Millisecond
						}
						resp, err := peer.RoundTrip(req)
						if err != nil {
							// A reset may overtake what was sent before, and a server that will stall may be slow.
							if e := failure(t, err, upstream.OpRead); how == "close" || e.Timeout() != (how == "stall") {
								t.Fatal(err)
							}
							return
						}
						var got []byte
						if way == "Read" {
							got, err = io.ReadAll(resp)
						} else {
							got = throughConnection(t, func(client *net.TCPConn) error {
								_, err = resp.SendTo(client, client, patience)
								return nil
							})
						}
						e := failure(t, err, upstream.OpRead)
						if e.Timeout() != (how == "stall") || !e.Sent() || !e.Received {
							t.Errorf("wrong circumstances: %+v", e)
						}
						if how == "close" && !errors.Is(err, io.ErrUnexpectedEOF) {
							t.Errorf("got cause %v", e.Err)
						}
						if !bytes.HasPrefix(body, got) {
							t.Errorf("got %d bytes that the server did not send", len(got))
						}
						if how == "close" && framing == "length" && len(got) != cut {
							t.Errorf("got %d bytes, want %d", len(got), cut)
						}
						if _, again := resp.Read(make([]byte, 1)); !errors.Is(again, e) {
							t.Errorf("a later read returned %v", again)
						}
						resp.Release()
						if peer.Idle() != 0 {
							t.Error("the connection was kept")
						}
					})
				}
			}
		}
	}
}

// TestClientStopsWithinBody has the client close, reset or stall while the body is sent to it.
func TestClientStopsWithinBody(t *testing.T) {
	for _, framing := range []string{"length", "chunked"} {
		send := sender(framing, pattern(12<<20))
		for _, how := range []string{"close", "reset", "stall"} {
			for _, take := range []int{0, 1, 4096, upstream.ExchangeBuffer, upstream.CopyBuffer, 1 << 20} {
				t.Run(fmt.Sprintf("%s/%s/%d", framing, how, take), func(t *testing.T) {
					watchDescriptors(t)
					peer := newPool(t, keepAlive).Peer(serve(t, send).addr(), nil)
					resp, err := peer.RoundTrip(get())
					if err != nil {
						t.Fatal(err)
					}
					near, far := tcpPair(t)
					taken := make(chan bool)
					go func() {
						io.CopyN(io.Discard, far, int64(take))
						if how == "reset" {
							far.SetLinger(0)
						}
						if how != "stall" {
							far.Close()
						}
						close(taken)
					}()
					timeout := patience
					if how == "stall" {
						timeout = 50 * time.Millisecond
					}
					_, err = resp.SendTo(bufio.NewWriter(near), near, timeout)
					e := failure(t, err, upstream.OpWriteClient)
					if e.Timeout() != (how == "stall") || !e.ClientFault() {
						t.Errorf("wrong circumstances: %+v", e)
					}
					resp.Release()
					if peer.Idle() != 0 {
						t.Error("the connection was kept")
					}
					<-taken
				})
			}
		}
	}
}

// TestSlowClient: a client that takes little at a time is not cut off as long as it takes something within the timeout.
func TestSlowClient(t *testing.T) {
	t.Parallel()
	const size = 8 << 20
	body := pattern(size)
	for _, framing := range []string{"length", "chunked"} {
		t.Run(framing, func(t *testing.T) {
			peer := newPool(t, keepAlive).Peer(serve(t, sender(framing, body)).addr(), nil)
			resp, err := peer.RoundTrip(get())
			if err != nil {
				t.Fatal(err)
			}
			near, far := tcpPair(t)
			got := make(chan []byte, 1)
			go func() {
				var b bytes.Buffer
				for {
					if _, err := io.CopyN(&b, far, size/16); err != nil {
						got <- b.Bytes()
						return
					}
					time.Sleep(120 * time.Millisecond)
				}
			}()
			// Altogether the client takes 1.9 s.
			if _, err := resp.SendTo(near, near, 1500*time.Millisecond); err != nil {
				t.Fatal(err)
			}
			near.Close()
			sameBytes(t, <-got, body)
			resp.Release()
			if peer.Idle() != 1 {
				t.Error("the connection was not kept")
			}
		})
	}
}

// TestClientDeadlines: SendTo leaves no deadline behind on the client's connection.
func TestClientDeadlines(t *testing.T) {
	t.Parallel()
	peer := newPool(t, keepAlive).Peer(serve(t, sender("length", pattern(1<<20))).addr(), nil)
	resp, err := peer.RoundTrip(get())
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Release()
	throughConnection(t, func(client *net.TCPConn) error {
		if _, err := resp.SendTo(client, client, time.Second); err != nil {
			return err
		}
		time.Sleep(1100 * time.Millisecond)
		_, err := io.WriteString(client, "x")
		if errors.Is(err, os.ErrDeadlineExceeded) {
			t.Error("a deadline was left behind")
		}
		return nil
	})
}

// TestReadTimeoutIsPerRead: a server may take longer for the whole of a body than the timeout.
func TestReadTimeoutIsPerRead(t *testing.T) {
	t.Parallel()
	const rounds = 4
	peer := newPool(t, keepAlive).Peer(serve(t, func(c *net.TCPConn) {
		readRequest(bufio.NewReader(c))
		fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", rounds)
		for range rounds {
			time.Sleep(500 * time.Millisecond)
			io.WriteString(c, "x")
		}
	}).addr(), nil)
	req := get()
	req.Timeouts.Read = 1500 * time.Millisecond
	if _, body := fetch(t, peer, req); len(body) != rounds {
		t.Errorf("got %q", body)
	}
}
