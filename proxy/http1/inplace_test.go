package http1_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/kongo-gateway/kongo/proxy/http1"
	"github.com/kongo-gateway/kongo/proxy/message"
)

// inPlace serves a connection with a function that is given to Next. It counts the requests that were passed to that, and
// closes the channel when the connection has ended.
func inPlace(s *http1.Server, nc net.Conn, answer func(*http1.Conn, *message.Request)) (count *atomic.Int32, ended <-chan struct{}) {
	count = new(atomic.Int32)
	done := make(chan struct{})
	conn := s.Conn(nc)
	go func() {
		defer close(done)
		defer conn.Close()
		for {
			r, err := conn.Next(func(r *message.Request) {
				count.Add(1)
				answer(conn, r)
			})
			if err == http1.ErrSettle {
				continue
			}
			if err != nil {
				return
			}
			if answer(conn, r); !conn.End() {
				return
			}
		}
	}()
	return count, done
}

// repeat answers with the target and the body of a request.
func repeat(c *http1.Conn, r *message.Request) {
	target := string(r.Target)
	body, err := io.ReadAll(c)
	if err != nil {
		c.Abort()
		return
	}
	c.Begin(200, nil)
	_ = c.Send(append([]byte(target+" "), body...))
}

// TestInPlace mixes requests that can be served in place with others, one by one and pipelined, and ends with the client's end
// of the connection.
func TestInPlace(t *testing.T) {
	client, server := pair(t, true)
	count, ended := inPlace(http1.NewServer(settings), server, repeat)
	answers := bufio.NewReader(client)
	send := func(text string) {
		t.Helper()
		if _, err := io.WriteString(client, text); err != nil {
			t.Fatal(err)
		}
	}
	expect := func(want string) {
		t.Helper()
		answer, err := http.ReadResponse(answers, nil)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		if err != nil || string(body) != want {
			t.Fatalf("got %q, want %q: %v", body, want, err)
		}
	}
	get := func(n int) string { return fmt.Sprintf("GET /%d HTTP/1.1\r\nHost: a\r\n\r\n", n) }
	for n := range 20 {
		send(get(n))
		expect(fmt.Sprintf("/%d ", n))
	}
	if count.Load() < 10 {
		t.Errorf("%d of 20 requests were served in place", count.Load())
	}
	send("POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbo")
	send("dy")
	expect("/body body")
	send("GET /slo")
	send("wly HTTP/1.1\r\nHost: a\r\n\r\n")
	expect("/slowly ")
	var pipelined strings.Builder
	for n := range 50 {
		pipelined.WriteString(get(n))
	}
	send(pipelined.String())
	for n := range 50 {
		expect(fmt.Sprintf("/%d ", n))
	}
	send(get(1))
	if err := client.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	expect("/1 ")
	if rest, err := io.ReadAll(answers); err != nil || len(rest) > 0 {
		t.Errorf("after the last answer came %q: %v", rest, err)
	}
	<-ended
}

// TestInPlaceRefusal has a request refused that came where one is served in place.
func TestInPlaceRefusal(t *testing.T) {
	client, server := pair(t, true)
	_, ended := inPlace(http1.NewServer(settings), server, repeat)
	answers := bufio.NewReader(client)
	for range 5 {
		if _, err := io.WriteString(client, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		answer, err := http.ReadResponse(answers, nil)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, answer.Body)
	}
	if _, err := io.WriteString(client, "GET / HTTP/1.1\r\nno colon\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if err := client.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	<-ended
}

// TestAbortInPlace ends a server while a request is served in place, which goes on for some time.
func TestAbortInPlace(t *testing.T) {
	client, server := pair(t, true)
	s := http1.NewServer(settings)
	serving, release := make(chan bool), make(chan bool)
	_, ended := inPlace(s, server, func(c *http1.Conn, r *message.Request) {
		if string(r.Target) == "/wait" {
			serving <- true
			<-release
		}
		repeat(c, r)
	})
	answers := bufio.NewReader(client)
	for range 5 {
		if _, err := io.WriteString(client, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		answer, err := http.ReadResponse(answers, nil)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, answer.Body)
	}
	if _, err := io.WriteString(client, "GET /wait HTTP/1.1\r\nHost: a\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	<-serving
	s.Abort() // does not wait for the request
	close(release)
	<-ended
	s.Wait()
}

// TestDrainInPlace drains a server at the moment at which its connections begin to wait in place.
func TestDrainInPlace(t *testing.T) {
	s := http1.NewServer(settings)
	var all []<-chan struct{}
	for range 50 {
		client, server := pair(t, true)
		_, ended := inPlace(s, server, repeat)
		all = append(all, ended)
		answers := bufio.NewReader(client)
		for range 4 {
			if _, err := io.WriteString(client, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"); err != nil {
				t.Fatal(err)
			}
			answer, err := http.ReadResponse(answers, nil)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = io.Copy(io.Discard, answer.Body)
		}
	}
	s.Drain()
	for _, ended := range all {
		<-ended
	}
	s.Wait()
}
