package proxy_test

import (
	"io"
	"testing"
	"time"
)

const upgradeRequest = "GET / HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: WebSocket\r\nSec-WebSocket-Key: k\r\n\r\n"

// TestUpgrade switches to WebSocket and has bytes go both ways, those included that come with the heads.
func TestUpgrade(t *testing.T) {
	heads := make(chan received, 1)
	b := startRaw(t, func(s *session) {
		r, err := readReceived(s.in)
		if err != nil {
			return
		}
		heads <- r
		_, _ = io.WriteString(s, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
			"Sec-WebSocket-Accept: a\r\n\r\nhello ")
		_, _ = io.Copy(s, s.in)
	})
	n := start(t, config{})
	n.insert("routes", doc{"paths": list("/"), "service": ref(n.insert("services", b.service()))})
	s := connect(t, n.plain)
	s.send(t, upgradeRequest+"early ")
	got := s.response(t, "GET")
	if upgrade, _ := got.value("Upgrade"); got.status != 101 || upgrade != "websocket" {
		t.Fatalf("got %s, Upgrade: %s", got.line, upgrade)
	}
	if accept, _ := got.value("Sec-WebSocket-Accept"); accept != "a" {
		t.Errorf("got Sec-WebSocket-Accept %q", accept)
	}
	s.send(t, "late")
	if err := s.Conn.(interface{ CloseWrite() error }).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(s.in); string(text) != "hello early late" || err != nil {
		t.Errorf("got %q, %v", text, err)
	}
	r := <-heads
	for name, want := range map[string]string{"Upgrade": "websocket", "Connection": "keep-alive, Upgrade", "Sec-WebSocket-Key": "k"} {
		if value, _ := r.value(name); value != want {
			t.Errorf("the upstream server got %s: %s, want %s", name, value, want)
		}
	}
}

// TestUpgradeThatIsRefused has the server answer with something else than 101, after which the connection is kept.
func TestUpgradeThatIsRefused(t *testing.T) {
	b := startBackend(t, nil)
	n := start(t, config{})
	n.route(b, doc{"paths": list("/")})
	s := connect(t, n.plain)
	for range 2 {
		if got := s.ask(t, upgradeRequest); got.status != 200 || got.body != "ok" {
			t.Errorf("got %s %q", got.line, got.body)
		}
	}
}

// TestUpgradeThatNobodyAskedFor is an invalid answer.
func TestUpgradeThatNobodyAskedFor(t *testing.T) {
	b := startBackend(t, func(received) string {
		return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
	})
	n := start(t, config{})
	n.route(b, doc{"paths": list("/")})
	if got := n.ask(get("/")); got.status != 502 {
		t.Errorf("got %s", got.line)
	}
}

// TestIdleUpgrade ends a connection on which nothing happens for as long as the service reads.
func TestIdleUpgrade(t *testing.T) {
	b := startRaw(t, func(s *session) {
		if _, err := readHead(s.in); err == nil {
			_, _ = io.WriteString(s, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
			_, _ = io.Copy(io.Discard, s.in)
		}
	})
	n := start(t, config{})
	service := b.service()
	service["read_timeout"] = int64(500)
	n.insert("routes", doc{"paths": list("/"), "service": ref(n.insert("services", service))})
	s := connect(t, n.plain)
	if got := s.ask(t, upgradeRequest); got.status != 101 {
		t.Fatalf("got %s", got.line)
	}
	if !s.closed() {
		t.Error("got bytes that nobody sent")
	}
}

// TestShutdownWithUpgrade shuts a node down that has an upgraded connection, which it breaks off when the time is over.
func TestShutdownWithUpgrade(t *testing.T) {
	b := startRaw(t, func(s *session) {
		if _, err := readHead(s.in); err == nil {
			_, _ = io.WriteString(s, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
			_, _ = io.Copy(io.Discard, s.in)
		}
	})
	n := start(t, config{})
	n.insert("routes", doc{"paths": list("/"), "service": ref(n.insert("services", b.service()))})
	s := connect(t, n.plain)
	s.ask(t, upgradeRequest)
	if err := n.shutdown(50 * time.Millisecond); err == nil {
		t.Error("the node has shut down while a client was busy")
	}
	if !s.closed() {
		t.Error("got bytes that nobody sent")
	}
}
