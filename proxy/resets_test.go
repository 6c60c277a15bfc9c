package proxy_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"testing"
)

// resetBlock is the size of the blocks in which the body of the answers below is sent.
const resetBlock = 64 << 10

// numbered is an answer whose body says, in every byte, which request it is for.
func numbered(n int) []byte {
	head := "HTTP/1.1 200 OK\r\nServer: test\r\nContent-Type: text/plain\r\nContent-Length: " + fmt.Sprint(3*resetBlock) + "\r\n\r\n"
	return append([]byte(head), bytes.Repeat([]byte{'a' + byte(n%26)}, 3*resetBlock)...)
}

// breaking answers requests for /cut/N with the first N bytes of an answer and a reset, those for /whole/N with all of it.
func breaking(s *session) {
	for {
		lines, err := readHead(s.in)
		if err != nil {
			return
		}
		var kind string
		var n int
		if _, err := fmt.Sscanf(strings.ReplaceAll(lines[0], "/", " "), "GET %s %d", &kind, &n); err != nil {
			return
		}
		answer := numbered(n)
		if kind == "cut" {
			_, _ = s.Write(answer[:n])
			_ = s.Conn.(*net.TCPConn).SetLinger(0)
			return
		}
		if _, err := s.Write(answer); err != nil {
			return
		}
	}
}

// TestResets has connections reset by the upstream server at every byte of a head and around the blocks of a body, and by the
// client at every byte of a request and in the middle of a body. Nothing stays behind, and no answer reaches the wrong client.
func TestResets(t *testing.T) {
	backend := startRaw(t, breaking)
	n := start(t, config{})
	service := backend.service()
	service["retries"] = int64(0)
	n.insert("routes", doc{"paths": list("/"), "strip_path": false, "service": ref(n.insert("services", service))})

	whole := func(number int) {
		t.Helper()
		s := connect(t, n.plain)
		defer s.Close()
		answer := s.ask(t, get(fmt.Sprintf("/whole/%d", number)))
		if want := numbered(number); answer.status != 200 || !bytes.HasSuffix(want, []byte(answer.body)) || len(answer.body) != 3*resetBlock {
			t.Fatalf("request %d got %s and %d bytes, beginning with %.1q", number, answer.line, len(answer.body), answer.body)
		}
	}
	open := func() int {
		entries, err := os.ReadDir("/proc/self/fd")
		n.must(err)
		return len(entries)
	}
	quiet := func() bool { return n.proxy.Stats().Clients.Active == 0 }
	whole(0)
	waitFor(t, "the first client to be gone", quiet)
	before := open()

	head := bytes.Index(numbered(0), []byte("\r\n\r\n")) + len("\r\n\r\n")
	cuts := make([]int, 0, head+10)
	for cut := range head {
		cuts = append(cuts, cut)
	}
	for block := range 3 {
		edge := head + block*resetBlock
		cuts = append(cuts, edge, edge+1, edge+resetBlock-1)
	}
	for _, cut := range cuts {
		s := connect(t, n.plain)
		s.send(t, get(fmt.Sprintf("/cut/%d", cut)))
		if answer, err := s.tryResponse("GET"); err == nil && answer.status != 502 {
			t.Errorf("an answer cut at %d was passed on as %s with %d bytes", cut, answer.line, len(answer.body))
		}
		s.Close()
		whole(cut)
	}

	request := get("/whole/1")
	for cut := range len(request) + 1 {
		s := connect(t, n.plain)
		s.send(t, request[:cut])
		if cut == len(request) {
			_, err := io.CopyN(io.Discard, s.in, int64(head+resetBlock))
			n.must(err)
		}
		_ = s.Conn.(*net.TCPConn).SetLinger(0)
		s.Close()
	}
	whole(2)
	waitFor(t, "all clients to be gone", quiet)
	// Up to one idle connection to the server, at both ends, and the pipe that lies ready may be new.
	waitFor(t, "all files to be closed", func() bool { return open() <= before+4 })
}
