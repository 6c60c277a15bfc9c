package e2e_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"time"
)

// openWebSocket opens a WebSocket to a server that sends back what it gets, and returns a function that checks that.
func openWebSocket(t *testing.T, address, path string) (echo func(text string)) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nOrigin: http://%s\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", path, address, address)
	reader := bufio.NewReader(conn)
	response, err := http.ReadResponse(reader, nil)
	if err != nil || response.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("upgrade: %v, error %v", response, err)
	}
	return func(text string) {
		t.Helper()
		if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
			t.Fatal(err)
		}
		// A final text frame, masked with zeros.
		frame := append([]byte{0x81, 0x80 | byte(len(text)), 0, 0, 0, 0}, text...)
		if _, err := conn.Write(frame); err != nil {
			t.Fatal(err)
		}
		answer := make([]byte, 2+len(text))
		if _, err := io.ReadFull(reader, answer); err != nil || string(answer[2:]) != text {
			t.Fatalf("the WebSocket answers %q, error %v", answer, err)
		}
	}
}
