package proxy_test

import (
	"os"
	"testing"
)

// TestNoDescriptorsLeak compares the open files before and after all kinds of requests.
func TestNoDescriptorsLeak(t *testing.T) {
	open := func() int {
		entries, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Fatal(err)
		}
		return len(entries)
	}
	t.Run("warm up", exerciseNode)
	before := open()
	t.Run("measured", exerciseNode)
	waitFor(t, "all files to be closed", func() bool { return open() <= before })
}

// exerciseNode starts a node, sends requests of all kinds, and ends it.
func exerciseNode(t *testing.T) {
	b := startBackend(t, nil)
	closing := startBackend(t, func(received) string { return "" })
	n := start(t, config{})
	n.route(b, doc{"paths": list("/")})
	n.route(closing, doc{"paths": list("/closing")})
	s := connect(t, n.plain)
	for range 3 {
		s.ask(t, get("/"))
		s.ask(t, post("/", string(make([]byte, 100000))))
		s.ask(t, "POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n186a0\r\n"+string(make([]byte, 100000))+"\r\n0\r\n\r\n")
		s.ask(t, get("/closing"))
	}
	secured, _ := n.secure("leak.test")
	secured.ask(t, get("/"))
	left := connect(t, n.plain)
	left.send(t, "POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n186a0\r\n"+string(make([]byte, 50000)))
	_ = left.Close()
	_ = connect(t, n.secured).Close()
}
