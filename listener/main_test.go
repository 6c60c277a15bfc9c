package listener_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/listener"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if os.Getenv(heirKey) != "" {
		serveAsHeir()
		return
	}
	goleak.VerifyTestMain(m)
}

// patience bounds waits that end early when all is well.
const patience = 30 * time.Second

// open opens sockets that are closed at the end of the test.
func open(t testing.TB, options listener.Options, specs ...listener.Spec) *listener.Owner {
	t.Helper()
	owner, err := listener.Open(t.Context(), specs, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := owner.Close(); err != nil {
			t.Error(err)
		}
	})
	return owner
}

// openOne opens one TCP socket.
func openOne(t testing.TB, spec listener.Spec) *listener.Socket {
	t.Helper()
	return only(t, open(t, listener.Options{}, spec), spec.Name)
}

// only returns the one TCP socket of a name.
func only(t testing.TB, owner *listener.Owner, name string) *listener.Socket {
	t.Helper()
	sockets := owner.Sockets(name)
	if len(sockets) != 1 {
		t.Fatalf("%d sockets named %q, want one", len(sockets), name)
	}
	return sockets[0]
}

// freePort returns a port that nobody listens on.
func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return portOf(l.Addr())
}

func portOf(a net.Addr) int { return int(netip.MustParseAddrPort(a.String()).Port()) }

// dial connects to an address; the connection is closed at the end of the test and fails rather than wait for ever.
func dial(t testing.TB, network, address string) net.Conn {
	t.Helper()
	conn, err := (&net.Dialer{Timeout: patience}).DialContext(context.Background(), network, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return conn
}

// connect returns both ends of a new connection through a socket.
func connect(t testing.TB, socket *listener.Socket) (client, server net.Conn) {
	t.Helper()
	client = dial(t, "tcp", socket.Addr().String())
	server, err := socket.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	if err := server.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return client, server
}

// expectLine writes a line and wants to read it at the other end.
func expectLine(t testing.TB, from io.Writer, to io.Reader, line string) {
	t.Helper()
	if _, err := fmt.Fprintln(from, line); err != nil {
		t.Fatal(err)
	}
	got, err := bufio.NewReader(to).ReadString('\n')
	if err != nil || got != line+"\n" {
		t.Fatalf("read %q (%v), want %q", got, err, line)
	}
}

// option reads an option of a socket or connection.
func option(t testing.TB, socket syscall.Conn, level, name int) int {
	t.Helper()
	raw, err := socket.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var value int
	var failure error
	if err := raw.Control(func(fd uintptr) { value, failure = syscall.GetsockoptInt(int(fd), level, name) }); err != nil {
		t.Fatal(err)
	}
	if failure != nil {
		t.Fatal(failure)
	}
	return value
}

// listening returns a listener on the socket that a Socket is, to look at its options.
func listening(t testing.TB, socket *listener.Socket) *net.TCPListener {
	t.Helper()
	file, err := socket.File()
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	l, err := net.FileListener(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l.(*net.TCPListener)
}
