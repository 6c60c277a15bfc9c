package upstream_test

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/proxy/upstream"
)

// relayed is the outcome of a relay.
type relayed struct {
	toUpstream, toClient int64
	err                  error
}

// tunnel is a relay between two connections, whose far ends the test holds.
type tunnel struct {
	client, server      net.Conn // far ends
	nearClient, nearSrv net.Conn
	pool                *upstream.Pool
	done                chan relayed
}

// openTunnel starts a relay over plain TCP or over TLS on either side.
func openTunnel(t *testing.T, clientTLS, serverTLS bool, idle, write time.Duration) *tunnel {
	t.Helper()
	u := &tunnel{pool: newPool(t, keepAlive), done: make(chan relayed, 1)}
	u.nearClient, u.client = connPair(t, clientTLS)
	u.nearSrv, u.server = connPair(t, serverTLS)
	go func() {
		up, down, err := u.pool.Relay(upstream.Tunnel{
			Client: u.nearClient, Upstream: u.nearSrv,
			FromClient: []byte("<"), FromUpstream: []byte(">"),
			IdleTimeout: idle, WriteTimeout: write,
		})
		closeNow(u.nearClient)
		closeNow(u.nearSrv)
		u.done <- relayed{up, down, err}
	}()
	return u
}

// closeNow closes a connection without TLS's farewell, which waits for a stalled peer.
func closeNow(c net.Conn) {
	if secure, ok := c.(*tls.Conn); ok {
		c = secure.NetConn()
	}
	c.Close()
}

// connPair returns the two ends of a connection with or without TLS.
func connPair(t *testing.T, secure bool) (near, far net.Conn) {
	n, f := tcpPair(t)
	if !secure {
		return n, f
	}
	server := tls.Server(n, &tls.Config{Certificates: []tls.Certificate{issue(t, nil, false, "x").tls()}})
	client := tls.Client(f, &tls.Config{InsecureSkipVerify: true})
	go client.Handshake()
	if err := server.Handshake(); err != nil {
		t.Fatal(err)
	}
	return server, client
}

func eachKindOfTunnel(t *testing.T, f func(t *testing.T, clientTLS, serverTLS bool)) {
	watchDescriptors(t)
	for _, clientTLS := range []bool{false, true} {
		for _, serverTLS := range []bool{false, true} {
			t.Run(fmt.Sprintf("clientTLS=%v/serverTLS=%v", clientTLS, serverTLS), func(t *testing.T) {
				f(t, clientTLS, serverTLS)
			})
		}
	}
}

// TestRelay sends much in both directions at once, ends them one after the other, and counts.
func TestRelay(t *testing.T) {
	eachKindOfTunnel(t, func(t *testing.T, clientTLS, serverTLS bool) {
		u := openTunnel(t, clientTLS, serverTLS, patience, patience)
		there, back := pattern(5<<20), pattern(7<<20)
		var wait sync.WaitGroup
		wait.Go(func() {
			u.client.Write(there)
			closeWrite(u.client)
		})
		wait.Go(func() {
			got, _ := io.ReadAll(u.server)
			if string(got[:1]) != "<" || len(got) != 1+len(there) {
				t.Errorf("the server got %d bytes", len(got))
				return
			}
			sameBytes(t, got[1:], there)
			// Only when the client has ended its direction does the server begin.
			u.server.Write(back)
			closeWrite(u.server)
		})
		got, _ := io.ReadAll(u.client)
		if len(got) != 1+len(back) || got[0] != '>' {
			t.Fatalf("the client got %d bytes", len(got))
		}
		sameBytes(t, got[1:], back)
		wait.Wait()
		done := <-u.done
		if done.err != nil || done.toUpstream != int64(1+len(there)) || done.toClient != int64(1+len(back)) {
			t.Errorf("got %+v", done)
		}
		stats := u.pool.Stats()
		if plain := !clientTLS && !serverTLS; plain != (stats.RequestSpliced == int64(len(there))) || plain != (stats.ResponseSpliced == int64(len(back))) {
			t.Errorf("got %+v", stats)
		}
		if stats.RequestSpliced+stats.RequestCopied != int64(1+len(there)) || stats.ResponseSpliced+stats.ResponseCopied != int64(1+len(back)) {
			t.Errorf("got %+v", stats)
		}
	})
}

func closeWrite(c net.Conn) { c.(interface{ CloseWrite() error }).CloseWrite() }

// TestRelayMessages passes small messages to and fro, each in answer to the one before.
func TestRelayMessages(t *testing.T) {
	eachKindOfTunnel(t, func(t *testing.T, clientTLS, serverTLS bool) {
		u := openTunnel(t, clientTLS, serverTLS, patience, patience)
		buf := make([]byte, 100_000)
		io.ReadFull(u.client, buf[:1])
		io.ReadFull(u.server, buf[:1])
		for _, size := range []int{1, 10, 2047, 2048, 2049, 5000, 100_000, 3} {
			for _, way := range [][2]net.Conn{{u.client, u.server}, {u.server, u.client}} {
				message := pattern(size)
				go way[0].Write(message)
				if _, err := io.ReadFull(way[1], buf[:size]); err != nil {
					t.Fatal(err)
				}
				sameBytes(t, buf[:size], message)
			}
		}
		// One after the other: a side that closes while the end of the other is under way resets the connection.
		for _, way := range [][2]net.Conn{{u.client, u.server}, {u.server, u.client}} {
			closeWrite(way[0])
			if n, err := way[1].Read(buf); err != io.EOF {
				t.Errorf("got %d bytes and %v in the end", n, err)
			}
		}
		if done := <-u.done; done.err != nil {
			t.Errorf("got %+v", done)
		}
	})
}

// TestRelayIdle: one busy direction keeps both open; when nothing passes the relay ends.
func TestRelayIdle(t *testing.T) {
	for _, secure := range []bool{false, true} {
		t.Run(fmt.Sprintf("tls=%v", secure), func(t *testing.T) {
			t.Parallel()
			u := openTunnel(t, secure, secure, 2*time.Second, patience)
			io.ReadFull(u.server, make([]byte, 1))
			for range 3 {
				time.Sleep(700 * time.Millisecond)
				u.client.Write([]byte("x"))
				if _, err := io.ReadFull(u.server, make([]byte, 1)); err != nil {
					t.Fatal(err)
				}
			}
			if done := <-u.done; !errors.Is(done.err, upstream.ErrIdle) || done.toUpstream != 4 || done.toClient != 1 {
				t.Errorf("got %+v", done)
			}
		})
	}
}

// TestRelayStall: a side that takes nothing ends the relay, although the other one goes on sending.
func TestRelayStall(t *testing.T) {
	eachKindOfTunnel(t, func(t *testing.T, clientTLS, serverTLS bool) {
		u := openTunnel(t, clientTLS, serverTLS, patience, 100*time.Millisecond)
		go u.client.Write(pattern(16 << 20))
		if done := <-u.done; done.err == nil || errors.Is(done.err, upstream.ErrIdle) {
			t.Errorf("got %+v", done)
		}
	})
}

func TestRelayReset(t *testing.T) {
	watchDescriptors(t)
	u := openTunnel(t, false, false, patience, patience)
	io.ReadFull(u.server, make([]byte, 1))
	u.server.(*net.TCPConn).SetLinger(0)
	u.server.Close()
	if done := <-u.done; done.err == nil {
		t.Errorf("got %+v", done)
	}
}

// TestRelayOldDeadlines: deadlines from earlier use of the connections mean nothing, even if there is no timeout now.
func TestRelayOldDeadlines(t *testing.T) {
	near, far := tcpPair(t)
	srvNear, srvFar := tcpPair(t)
	near.SetDeadline(time.Now().Add(-time.Second))
	srvNear.SetDeadline(time.Now().Add(-time.Second))
	pool := newPool(t, keepAlive)
	done := make(chan error, 1)
	go func() {
		_, _, err := pool.Relay(upstream.Tunnel{Client: near, Upstream: srvNear})
		done <- err
	}()
	time.Sleep(10 * time.Millisecond)
	far.Write([]byte("x"))
	if _, err := io.ReadFull(srvFar, make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	far.CloseWrite()
	srvFar.CloseWrite()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// TestRelayClosedByCaller: whoever owns the connections can end a relay by closing them.
func TestRelayClosedByCaller(t *testing.T) {
	eachKindOfTunnel(t, func(t *testing.T, clientTLS, serverTLS bool) {
		u := openTunnel(t, clientTLS, serverTLS, 0, 0)
		io.ReadFull(u.server, make([]byte, 1))
		io.ReadFull(u.client, make([]byte, 1))
		u.nearClient.Close()
		u.nearSrv.Close()
		if done := <-u.done; done.err == nil {
			t.Errorf("got %+v", done)
		}
	})
}

func upgrading() *upstream.Request {
	return &upstream.Request{
		Head:     []byte("GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n"),
		Upgrade:  true,
		Timeouts: relaxed,
	}
}

// TestUpgrade takes over a connection and relays over it; the server's first bytes come with its response.
func TestUpgrade(t *testing.T) {
	const answer = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nwelcome"
	echo := func(c net.Conn) {
		readRequest(bufio.NewReaderSize(c, 16))
		io.WriteString(c, answer)
		io.Copy(struct{ io.Writer }{c}, c) // not with pipes of the standard library, which wait for the garbage collector
		closeWrite(c)
	}
	cfg := &tls.Config{Certificates: []tls.Certificate{issue(t, nil, false, "x").tls()}}
	for _, secure := range []bool{false, true} {
		t.Run(fmt.Sprintf("tls=%v", secure), func(t *testing.T) {
			watchDescriptors(t)
			pool := newPool(t, keepAlive)
			handle, settings := func(c *net.TCPConn) { echo(c) }, (*upstream.TLS)(nil)
			if secure {
				handle, settings = secured(cfg, func(c *tls.Conn) { echo(c) }), &upstream.TLS{}
			}
			peer := pool.Peer(serve(t, handle).addr(), settings)
			req := upgrading()
			req.Timeouts.Read = time.Second
			resp, err := peer.RoundTrip(req)
			if err != nil {
				t.Fatal(err)
			}
			if !resp.Upgraded() || resp.StatusCode() != 101 || string(resp.Value("upgrade")) != "echo" {
				t.Fatalf("got status %d, upgraded %v", resp.StatusCode(), resp.Upgraded())
			}
			conn, early := resp.Hijack()
			if !resp.Release() || peer.Idle() != 0 {
				t.Error("the connection was kept")
			}
			near, far := tcpPair(t)
			done := make(chan relayed, 1)
			go func() {
				up, down, err := pool.Relay(upstream.Tunnel{Client: near, Upstream: conn, FromUpstream: early, IdleTimeout: patience})
				conn.Close()
				near.Close()
				done <- relayed{up, down, err}
			}()
			time.Sleep(1100 * time.Millisecond) // the timeout of the request no longer counts
			io.WriteString(far, "hello")
			far.CloseWrite()
			if got, err := io.ReadAll(far); err != nil || string(got) != "welcomehello" {
				t.Errorf("got %q and error %v", got, err)
			}
			if got := <-done; got.err != nil || got.toUpstream != 5 || got.toClient != 12 {
				t.Errorf("got %+v", got)
			}
		})
	}
}

// TestUpgradeRefused: a server may answer a request for an upgrade like any other.
func TestUpgradeRefused(t *testing.T) {
	peer := newPool(t, keepAlive).Peer(serve(t, answering(ok("no"), ok("still no"))).addr(), nil)
	for _, want := range []string{"no", "still no"} {
		resp, err := peer.RoundTrip(upgrading())
		if err != nil {
			t.Fatal(err)
		}
		if resp.Upgraded() || readAll(t, resp) != want {
			t.Errorf("upgraded is %v", resp.Upgraded())
		}
		resp.Release()
	}
}
