package bench

import (
	"fmt"
	"strings"
	"testing"
)

const smallBody = 128

// plainRequest has the lines that a command-line client sends.
const plainRequest = "GET /plain/items?id=7 HTTP/1.1\r\nHost: api.test\r\nUser-Agent: bench/1.0\r\nAccept: */*\r\n\r\n"

// Plain measures whole plain requests through a data plane in this process, one at a time, with its client and its upstream
// server: all that allocates is the data plane.
func Plain(b *testing.B) { plain(b, plainRequest, "") }

// Headers is Plain with forty more lines in both headers. What it takes longer is the work on them.
func Headers(b *testing.B) {
	var lines strings.Builder
	for i := range 40 {
		fmt.Fprintf(&lines, "X-Line-%d: some text of a usual length, number %d\r\n", i, i)
	}
	plain(b, strings.TrimSuffix(plainRequest, "\r\n")+lines.String()+"\r\n", lines.String())
}

func plain(b *testing.B, request, lines string) {
	n := newNode(b)
	n.load(b, configuration(listen(b, blunt(answerOf(smallBody, lines))), 0))
	c := dial(b, n.addr, request)
	for range 100 {
		c.exchange(b, smallBody)
	}
	b.ReportAllocs()
	for b.Loop() {
		c.exchange(b, smallBody)
	}
}

// PlainParallel is Plain with 32 clients for each processor.
func PlainParallel(b *testing.B) {
	n := newNode(b)
	n.load(b, configuration(listen(b, blunt(answerOf(smallBody, ""))), 0))
	b.ReportAllocs()
	b.SetParallelism(32)
	b.RunParallel(func(pb *testing.PB) {
		c := dial(b, n.addr, plainRequest)
		for pb.Next() {
			c.exchange(b, smallBody)
		}
	})
}

// Splice measures responses of 16 MiB through a data plane. %-spliced is the part of it that never was in its memory.
func Splice(b *testing.B) {
	const size = 16 << 20
	n := newNode(b)
	n.load(b, configuration(listen(b, blunt(answerOf(size, ""))), 0))
	c := dial(b, n.addr, plainRequest)
	c.exchange(b, size)
	before := n.proxy.Stats().Bodies
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		c.exchange(b, size)
	}
	after := n.proxy.Stats().Bodies
	spliced := float64(after.ResponseSpliced - before.ResponseSpliced)
	b.ReportMetric(100*spliced/(spliced+float64(after.ResponseCopied-before.ResponseCopied)), "%-spliced")
}
