package peers

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"golang.org/x/sys/unix"
)

// load is a client that keeps a number of connections busy: one thread, one epoll instance.
type load struct {
	poller      *poller
	connections map[int]*loadConnection
	idle        []*loadConnection // in fixed-rate runs, those without a request
	next        func([]byte) []byte
	buffer      []byte
	request     []byte
	echo        int // bytes that come back for each request, on upgraded connections; 0 is plain HTTP

	completed int
	bytes     int64
	// latencies are those of the requests of a fixed-rate run that times them; nil is one that does not.
	latencies []time.Duration
}

// loadConnection is where a connection stands in the answer that it waits for.
type loadConnection struct {
	fd      int
	head    []byte
	missing int  // bytes of the body
	chunked bool // the body ends with an empty chunk
	tail    [5]byte
	inBody  bool
	since   time.Time // when the request was sent, or should have been; in runs that time requests
}

// newLoad opens connections to a proxy. next appends the next request to a slice.
func newLoad(address netip.AddrPort, connections int, next func([]byte) []byte) (_ *load, err error) {
	poller, err := newPoller()
	if err != nil {
		return nil, err
	}
	l := &load{poller: poller, connections: make(map[int]*loadConnection), next: next, buffer: make([]byte, 512<<10)}
	defer func() {
		if err != nil {
			l.close()
		}
	}()
	for range connections {
		fd, err := connect(address)
		if err != nil {
			return nil, err
		}
		c := &loadConnection{fd: fd}
		l.connections[fd] = c
		l.idle = append(l.idle, c)
		if err := poller.add(fd); err != nil {
			return nil, err
		}
	}
	return l, nil
}

func (l *load) close() {
	for fd := range l.connections {
		unix.Close(fd)
	}
	l.poller.close()
}

// saturate sends on every connection as soon as the answer to the request before is complete, for a time.
func (l *load) saturate(duration time.Duration) error {
	for _, c := range l.connections {
		if err := l.send(c); err != nil {
			return err
		}
	}
	for end := time.Now().Add(duration); time.Now().Before(end); {
		finished, err := l.receive(100)
		if err != nil {
			return err
		}
		for _, c := range finished {
			if err := l.send(c); err != nil {
				return err
			}
		}
	}
	return nil
}

// steadily sends so many requests a second, for a time. A request that finds no connection free counts as sent when it was
// due.
func (l *load) steadily(rate int, duration time.Duration) error {
	start, sent, late := time.Now(), 0, false
	for {
		now := time.Since(start)
		if now >= duration {
			return nil
		}
		due := int(now * time.Duration(rate) / time.Second)
		for ; sent < due && len(l.idle) > 0; sent++ {
			c := l.idle[len(l.idle)-1]
			l.idle = l.idle[:len(l.idle)-1]
			c.since = start.Add(now)
			if late {
				c.since = start.Add(time.Duration(sent) * time.Second / time.Duration(rate))
			}
			if err := l.send(c); err != nil {
				return err
			}
		}
		late = sent < due
		finished, err := l.receive(1)
		if err != nil {
			return err
		}
		if l.latencies != nil {
			for _, c := range finished {
				l.latencies = append(l.latencies, time.Since(c.since))
			}
		}
		l.idle = append(l.idle, finished...)
	}
}

// once sends one request on every connection, a few at a time, and waits for all answers.
func (l *load) once() error {
	waiting := 0
	for _, c := range l.connections {
		if err := l.send(c); err != nil {
			return err
		}
		for waiting++; waiting >= atATime; {
			finished, err := l.receive(100)
			if err != nil {
				return err
			}
			waiting -= len(finished)
		}
	}
	for waiting > 0 {
		finished, err := l.receive(100)
		if err != nil {
			return err
		}
		waiting -= len(finished)
	}
	return nil
}

// atATime bounds how many requests of once wait for an answer.
const atATime = 64

func (l *load) send(c *loadConnection) error {
	l.request = l.next(l.request[:0])
	c.head, c.inBody, c.chunked = c.head[:0], false, false
	if l.echo > 0 {
		c.inBody, c.missing = true, l.echo
	}
	return writeAll(c.fd, l.request)
}

// receive takes what has come and returns the connections whose answer is complete. The slice is good until the next call.
func (l *load) receive(milliseconds int) (finished []*loadConnection, err error) {
	events, err := l.poller.wait(milliseconds)
	if err != nil {
		return nil, err
	}
	for _, event := range events {
		c := l.connections[int(event.Fd)]
		n, err := unix.Read(c.fd, l.buffer)
		if errors.Is(err, unix.EAGAIN) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read: %w", err)
		}
		if n == 0 {
			return nil, errors.New("the proxy closed a connection")
		}
		complete, err := c.take(l.buffer[:n])
		if err != nil {
			return nil, err
		}
		l.bytes += int64(n)
		if complete {
			l.completed++
			finished = append(finished, c)
		}
	}
	return finished, nil
}

// take looks at bytes of an answer and reports whether it ends with them.
func (c *loadConnection) take(b []byte) (complete bool, err error) {
	if !c.inBody {
		if len(c.head) > 0 {
			c.head = append(c.head, b...)
			b = c.head
		}
		head, rest, found := bytes.Cut(b, []byte("\r\n\r\n"))
		if !found {
			c.head = append(c.head[:0], b...)
			return false, nil
		}
		if status := string(head[min(9, len(head)):min(12, len(head))]); status != "200" {
			return false, fmt.Errorf("the proxy answers %q", head)
		}
		c.inBody = true
		c.missing = contentLength(head)
		c.chunked = c.missing == 0
		b = rest
	}
	if c.chunked {
		return c.endsWithEmptyChunk(b), nil
	}
	if c.missing -= len(b); c.missing < 0 {
		return false, errors.New("the proxy sent more than it announced")
	}
	return c.missing == 0, nil
}

// exchange sends a request over a connection that blocks and waits for the end of the answer.
func (c *loadConnection) exchange(conn net.Conn, request, buffer []byte) error {
	if _, err := conn.Write(request); err != nil {
		return err
	}
	c.head, c.inBody = c.head[:0], false
	for complete := false; !complete; {
		n, err := conn.Read(buffer)
		if err != nil {
			return err
		}
		if complete, err = c.take(buffer[:n]); err != nil {
			return err
		}
	}
	return nil
}

// endsWithEmptyChunk keeps the last bytes of a body, which never holds what looks like its end.
func (c *loadConnection) endsWithEmptyChunk(b []byte) bool {
	if len(b) >= len(c.tail) {
		copy(c.tail[:], b[len(b)-len(c.tail):])
	} else {
		copy(c.tail[:], c.tail[len(b):])
		copy(c.tail[len(c.tail)-len(b):], b)
	}
	return string(c.tail[:]) == "0\r\n\r\n"
}

// upgrade turns all connections into tunnels, in which each request comes back as it is.
func (l *load) upgrade(request []byte, size int) error {
	for _, c := range l.connections {
		if err := writeAll(c.fd, request); err != nil {
			return err
		}
		var head []byte
		for !bytes.Contains(head, []byte("\r\n\r\n")) {
			if _, err := unix.Poll([]unix.PollFd{{Fd: int32(c.fd), Events: unix.POLLIN}}, -1); err != nil && !errors.Is(err, unix.EINTR) {
				return fmt.Errorf("poll: %w", err)
			}
			n, err := unix.Read(c.fd, l.buffer)
			if err != nil && !errors.Is(err, unix.EAGAIN) {
				return fmt.Errorf("read: %w", err)
			}
			if n == 0 {
				return errors.New("the proxy closed a connection")
			}
			head = append(head, l.buffer[:max(n, 0)]...)
		}
		if !bytes.HasPrefix(head, []byte("HTTP/1.1 101 ")) {
			return fmt.Errorf("the proxy refuses to upgrade: %q", head)
		}
	}
	l.echo = size
	return nil
}
