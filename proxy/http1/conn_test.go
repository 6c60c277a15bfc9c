package http1_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/kongo-gateway/kongo/proxy/http1"
	"github.com/kongo-gateway/kongo/proxy/message"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var settings = http1.Settings{
	HeaderTimeout: time.Minute, BodyTimeout: time.Minute, SendTimeout: time.Minute, IdleTimeout: time.Minute,
}

// pair returns both ends of a connection, of which the client's ends with the test. Over TCP the server does its own system
// calls, over a pipe it has to use net.Conn.
func pair(t testing.TB, tcp bool) (client, server net.Conn) {
	t.Helper()
	if !tcp {
		client, server = net.Pipe()
	} else {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		if client, err = net.Dial("tcp", l.Addr().String()); err != nil {
			t.Fatal(err)
		}
		if server, err = l.Accept(); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { client.Close() })
	if err := client.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	return client, server
}

// echo serves a connection: it answers with method, target, number of header lines and body. It reports how it ended.
func echo(s *http1.Server, nc net.Conn) (ended <-chan error) {
	done := make(chan error, 1)
	conn := s.Conn(nc)
	go func() {
		defer conn.Close()
		for {
			r, err := conn.Next(nil)
			if err == http1.ErrSettle {
				continue
			}
			if err != nil {
				done <- err
				return
			}
			body, err := io.ReadAll(conn)
			if err != nil {
				done <- err
				return
			}
			conn.Begin(200, nil)
			conn.Field("X-Request", []byte(string(r.Method)+" "+string(r.Target)+" "+strconv.Itoa(len(r.Fields))))
			if err := conn.Send(body); err != nil {
				done <- err
				return
			}
			if !conn.End() {
				done <- nil
				return
			}
		}
	}()
	return done
}

// TestRequests sends requests in pieces of all sizes.
func TestRequests(t *testing.T) {
	const (
		plain   = "GET /a?b HTTP/1.1\r\nHost: a\r\nX: 1\r\n\r\n"
		length  = "POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
		chunked = "PUT /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x\r\nlo\r\n0\r\nT: 1\r\n\r\n"
	)
	large := "GET /d HTTP/1.1\r\nHost: a\r\nX: " + strings.Repeat("x", 8000) + "\r\nY: " + strings.Repeat("y", 8000) + "\r\n\r\n"
	for _, tcp := range []bool{true, false} {
		for _, piece := range []int{1, 3, 50, 1 << 20} {
			t.Run("tcp "+strconv.FormatBool(tcp)+", pieces of "+strconv.Itoa(piece), func(t *testing.T) {
				client, server := pair(t, tcp)
				ended := echo(http1.NewServer(settings), server)
				go func() {
					for text := plain + length + chunked + large + "\r\n" + plain; text != ""; {
						n := min(piece, len(text))
						if _, err := io.WriteString(client, text[:n]); err != nil {
							return
						}
						text = text[n:]
					}
				}()
				in := bufio.NewReader(client)
				for _, want := range []struct{ request, body string }{
					{"GET /a?b 2", ""}, {"POST /b 2", "hello"}, {"PUT /c 2", "hello"}, {"GET /d 3", ""}, {"GET /a?b 2", ""},
				} {
					response, err := http.ReadResponse(in, nil)
					if err != nil {
						t.Fatal(err)
					}
					body, err := io.ReadAll(response.Body)
					if got := response.Header.Get("X-Request"); got != want.request || string(body) != want.body || err != nil {
						t.Errorf("got %q with body %q, %v, want %q with %q", got, body, err, want.request, want.body)
					}
				}
				client.Close()
				if err := <-ended; err != io.EOF && err != io.ErrClosedPipe {
					t.Errorf("the connection ended with %v", err)
				}
			})
		}
	}
}

// TestRefusal tells what was understood of a request that is not acceptable.
func TestRefusal(t *testing.T) {
	client, server := pair(t, true)
	conn := http1.NewServer(settings).Conn(server)
	defer conn.Close()
	if _, err := io.WriteString(client, "GET /x HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\nHost: b\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	_, err := conn.Next(nil)
	var refusal *http1.Refusal
	if !errors.As(err, &refusal) || refusal.Status != 400 {
		t.Fatalf("got %v", err)
	}
	if accept := conn.Request().Value(message.Accept); string(accept) != "text/html" {
		t.Errorf("got Accept %q", accept)
	}
	client.Close() // or else Close would wait for it
}

// TestDrain ends connections: idle ones after a moment, a busy one after its response.
func TestDrain(t *testing.T) {
	s := http1.NewServer(settings)
	idle, idleServer := pair(t, true)
	idleEnded := echo(s, idleServer)
	busy, busyServer := pair(t, true)
	busyEnded := echo(s, busyServer)
	if _, err := io.WriteString(busy, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\na"); err != nil {
		t.Fatal(err)
	}
	for s.Counters().Writing != 1 {
		time.Sleep(time.Millisecond)
	}
	if c := s.Counters(); c.Accepted != 2 || c.Active != 2 || c.Waiting != 1 || c.Requests != 1 {
		t.Errorf("got counters %+v", c)
	}
	s.Drain()
	if err := <-idleEnded; err != io.EOF {
		t.Errorf("the idle connection ended with %v", err)
	}
	if _, err := idle.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("the idle client got %v", err)
	}
	if _, err := io.WriteString(busy, "b"); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(busy), nil)
	if err != nil {
		t.Fatal(err)
	}
	if body, _ := io.ReadAll(response.Body); string(body) != "ab" || !response.Close {
		t.Errorf("got %q, close %v", body, response.Close)
	}
	if err := <-busyEnded; err != nil {
		t.Errorf("the busy connection ended with %v", err)
	}
	s.Wait()
	if c := s.Counters(); c.Active != 0 || c.Requests != 1 {
		t.Errorf("got counters %+v", c)
	}
}

// TestLastRequest sends a request on a connection that is about to end, as a client does that does not know.
func TestLastRequest(t *testing.T) {
	s := http1.NewServer(settings)
	client, server := pair(t, true)
	ended := echo(s, server)
	answers := bufio.NewReader(client)
	for _, last := range []bool{false, true} {
		if last {
			s.Drain()
		}
		if _, err := io.WriteString(client, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		response, err := http.ReadResponse(answers, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, response.Body); err != nil || response.Close != last {
			t.Errorf("the connection ends: %v, want %v, error %v", response.Close, last, err)
		}
	}
	if err := <-ended; err != nil {
		t.Errorf("the connection ended with %v", err)
	}
	s.Wait()
}

// TestAbort ends connections whatever they are doing.
func TestAbort(t *testing.T) {
	s := http1.NewServer(settings)
	client, server := pair(t, true)
	ended := echo(s, server)
	if _, err := io.WriteString(client, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\na"); err != nil {
		t.Fatal(err)
	}
	for s.Counters().Writing != 1 {
		time.Sleep(time.Millisecond)
	}
	s.Abort()
	if err := <-ended; !errors.Is(err, net.ErrClosed) {
		t.Errorf("the connection ended with %v", err)
	}
	s.Wait()
}

// TestSettle has an idle connection ask for another goroutine, once, and go on there.
func TestSettle(t *testing.T) {
	client, server := pair(t, true)
	conn := http1.NewServer(settings).Conn(server)
	defer conn.Close()
	for i := range 2 {
		written := make(chan error, 1)
		go func() { _, err := io.WriteString(client, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"); written <- err }()
		if _, err := conn.Next(nil); err != nil {
			t.Fatal(err)
		}
		if err := <-written; err != nil {
			t.Fatal(err)
		}
		conn.Begin(200, nil)
		if err := conn.Send(nil); err != nil || !conn.End() {
			t.Fatalf("request %d: %v", i, err)
		}
		if _, err := conn.Next(nil); err != http1.ErrSettle {
			t.Fatalf("after request %d: got %v", i, err)
		}
	}
}
