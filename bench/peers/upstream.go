package peers

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"strconv"

	"golang.org/x/sys/unix"
)

// Paths of the upstream server begin with one of these, and are answered with a body of that size.
const (
	pathSmall   = "/small"   // 128 bytes
	pathMiB     = "/1m"      // 1 MiB
	path16MiB   = "/16m"     // 16 MiB
	pathChunked = "/chunked" // 1 MiB in chunks of 16 KiB
	pathEcho    = "/echo"    // WebSocket: every byte comes back
)

const (
	smallSize = 128
	mebibyte  = 1 << 20
	chunkSize = 16 << 10
)

// upstream is a server that answers with bytes made beforehand: one thread, one epoll instance.
type upstream struct {
	poller      *poller
	listener    int
	connections map[int]*upstreamConnection
	answers     map[string][]byte
	buffer      []byte
}

// upstreamConnection is where a connection stands.
type upstreamConnection struct {
	fd      int
	head    []byte // of the request, as far as it has come
	skip    int    // bytes of a request's body that are still to come
	answer  []byte // what waits for room
	waiting bool   // for that room
	tunnel  bool   // after an upgrade
}

// serveUpstream answers on an address until the process ends.
func serveUpstream(address netip.AddrPort) error {
	listener, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return fmt.Errorf("socket: %w", err)
	}
	defer unix.Close(listener)
	err = errors.Join(
		unix.SetsockoptInt(listener, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1),
		unix.Bind(listener, &unix.SockaddrInet4{Port: int(address.Port()), Addr: address.Addr().As4()}),
		unix.Listen(listener, 4096))
	if err != nil {
		return fmt.Errorf("listening on %s: %w", address, err)
	}
	poller, err := newPoller()
	if err != nil {
		return err
	}
	defer poller.close()
	u := &upstream{
		poller: poller, listener: listener, connections: make(map[int]*upstreamConnection),
		answers: answers(), buffer: make([]byte, 256<<10),
	}
	if err := poller.add(listener); err != nil {
		return err
	}
	return u.run()
}

// answers returns what is sent for each path, head and body.
func answers() map[string][]byte {
	whole := func(size int) []byte {
		head := "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: " + strconv.Itoa(size) + "\r\n\r\n"
		return append([]byte(head), bytes.Repeat([]byte{'a'}, size)...)
	}
	chunked := []byte("HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
	for range mebibyte / chunkSize {
		chunked = fmt.Appendf(chunked, "%x\r\n%s\r\n", chunkSize, bytes.Repeat([]byte{'a'}, chunkSize))
	}
	return map[string][]byte{
		pathSmall:   whole(smallSize),
		pathMiB:     whole(mebibyte),
		path16MiB:   whole(16 * mebibyte),
		pathChunked: append(chunked, "0\r\n\r\n"...),
		pathEcho: []byte("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
			"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"),
	}
}

func (u *upstream) run() error {
	for {
		events, err := u.poller.wait(-1)
		if err != nil {
			return err
		}
		for _, event := range events {
			fd := int(event.Fd)
			if fd == u.listener {
				if err := u.accept(); err != nil {
					return err
				}
				continue
			}
			if c := u.connections[fd]; c != nil && !u.proceed(c, event.Events) {
				delete(u.connections, fd)
				unix.Close(fd)
			}
		}
	}
}

func (u *upstream) accept() error {
	for {
		fd, _, err := unix.Accept4(u.listener, unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC)
		if errors.Is(err, unix.EAGAIN) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("accept: %w", err)
		}
		if err := unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1); err != nil {
			return fmt.Errorf("TCP_NODELAY: %w", err)
		}
		u.connections[fd] = &upstreamConnection{fd: fd}
		if err := u.poller.add(fd); err != nil {
			return err
		}
	}
}

// proceed does what can be done on a connection, and reports whether it stays open.
func (u *upstream) proceed(c *upstreamConnection, events uint32) bool {
	if len(c.answer) > 0 && !u.send(c) {
		return false
	}
	if events&(unix.EPOLLIN|unix.EPOLLHUP|unix.EPOLLERR) == 0 || c.waiting {
		return true // one request at a time: what came meanwhile is read when the answer is out
	}
	n, err := unix.Read(c.fd, u.buffer)
	if errors.Is(err, unix.EAGAIN) {
		return true
	}
	if err != nil || n == 0 {
		return false
	}
	b := u.buffer[:n]
	if c.tunnel {
		c.answer = bytes.Clone(b)
		return u.send(c)
	}
	return u.receive(c, b)
}

// receive takes bytes of a request and answers when it is complete.
func (u *upstream) receive(c *upstreamConnection, b []byte) bool {
	if c.skip == 0 {
		if len(c.head) > 0 {
			c.head = append(c.head, b...)
			b = c.head
		}
		head, rest, complete := bytes.Cut(b, []byte("\r\n\r\n"))
		if !complete {
			c.head = append(c.head[:0], b...)
			return true
		}
		answer := u.answerTo(head)
		if answer == nil {
			return false
		}
		c.tunnel = answer[9] == '1'
		c.answer = answer
		c.skip = contentLength(head) - len(rest)
		c.head = c.head[:0]
	} else {
		c.skip -= len(b)
	}
	if c.skip > 0 {
		return true
	}
	c.skip = 0
	return u.send(c)
}

// answerTo finds the answer for the path of a request.
func (u *upstream) answerTo(head []byte) []byte {
	_, target, _ := bytes.Cut(head, []byte{' '})
	end := bytes.IndexAny(target[min(1, len(target)):], "/? ")
	if end < 0 {
		return nil
	}
	if answer := u.answers[string(target[:end+1])]; answer != nil {
		return answer
	}
	return u.answers[pathSmall]
}

// send writes what there is room for.
func (u *upstream) send(c *upstreamConnection) bool {
	for len(c.answer) > 0 {
		n, err := unix.Write(c.fd, c.answer)
		if errors.Is(err, unix.EAGAIN) {
			break
		}
		if err != nil {
			return false
		}
		c.answer = c.answer[n:]
	}
	if waiting := len(c.answer) > 0; waiting != c.waiting {
		c.waiting = waiting
		return u.poller.alsoOutput(c.fd, waiting) == nil
	}
	return true
}

// contentLength returns the length of the body that a head announces, 0 without.
func contentLength(head []byte) int {
	const name = "content-length:"
	for line := range bytes.Lines(head) {
		if len(line) > len(name) && bytes.EqualFold(line[:len(name)], []byte(name)) {
			n, err := strconv.Atoi(string(bytes.TrimSpace(line[len(name):])))
			if err == nil {
				return n
			}
		}
	}
	return 0
}
