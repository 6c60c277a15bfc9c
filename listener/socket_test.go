package listener_test

import (
	"bytes"
	"log/slog"
	"net"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/listener"
	"golang.org/x/sys/unix"
)

func TestSocketOptions(t *testing.T) {
	for _, address := range []string{"127.0.0.1:0", "[::1]:0"} {
		t.Run(address, func(t *testing.T) {
			socket := openOne(t, listener.Spec{
				Address: address, Reuseport: true, Deferred: true,
				KeepAlive: &listener.KeepAlive{Enabled: true, Idle: 1500 * time.Millisecond, Interval: 3 * time.Second, Count: 5},
			})
			l := listening(t, socket)
			if option(t, l, unix.SOL_SOCKET, unix.SO_REUSEPORT) != 1 {
				t.Error("SO_REUSEPORT is not set")
			}
			if option(t, l, unix.IPPROTO_TCP, unix.TCP_DEFER_ACCEPT) < 60 {
				t.Error("TCP_DEFER_ACCEPT is not set")
			}
			if option(t, l, unix.SOL_SOCKET, unix.SO_PROTOCOL) != unix.IPPROTO_TCP {
				t.Error("not a plain TCP socket")
			}

			client := dial(t, "tcp", socket.Addr().String())
			if _, err := client.Write([]byte("x")); err != nil { // a deferred connection is accepted with its first byte
				t.Fatal(err)
			}
			server, err := socket.Accept()
			if err != nil {
				t.Fatal(err)
			}
			defer server.Close()
			conn := server.(*net.TCPConn)
			for _, check := range []struct {
				name         string
				level, value int
				want         int
			}{
				{"SO_KEEPALIVE", unix.SOL_SOCKET, unix.SO_KEEPALIVE, 1},
				{"TCP_KEEPIDLE", unix.IPPROTO_TCP, unix.TCP_KEEPIDLE, 2},
				{"TCP_KEEPINTVL", unix.IPPROTO_TCP, unix.TCP_KEEPINTVL, 3},
				{"TCP_KEEPCNT", unix.IPPROTO_TCP, unix.TCP_KEEPCNT, 5},
				{"TCP_NODELAY", unix.IPPROTO_TCP, unix.TCP_NODELAY, 1},
			} {
				if got := option(t, conn, check.level, check.value); got != check.want {
					t.Errorf("%s of a connection is %d, want %d", check.name, got, check.want)
				}
			}
		})
	}
}

func TestSocketDefaults(t *testing.T) {
	on := true
	for _, spec := range []listener.Spec{
		{Address: "127.0.0.1:0"},
		{Address: "[::1]:0", KeepAlive: &listener.KeepAlive{}, IPv6Only: &on},
	} {
		socket := openOne(t, spec)
		l := listening(t, socket)
		if option(t, l, unix.SOL_SOCKET, unix.SO_REUSEPORT) != 0 || option(t, l, unix.IPPROTO_TCP, unix.TCP_DEFER_ACCEPT) != 0 {
			t.Errorf("%s: reuseport or deferred without being asked for", spec.Address)
		}
		_, server := connect(t, socket)
		if option(t, server.(*net.TCPConn), unix.SOL_SOCKET, unix.SO_KEEPALIVE) != 0 {
			t.Errorf("%s: keepalive without being asked for", spec.Address)
		}
	}
}

func TestIPv6Only(t *testing.T) {
	off := false
	for _, test := range []struct {
		ipv6Only *bool
		want     int
	}{{nil, 1}, {&off, 0}} {
		l := listening(t, openOne(t, listener.Spec{Address: "[::]:0", IPv6Only: test.ipv6Only}))
		if got := option(t, l, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY); got != test.want {
			t.Errorf("IPV6_V6ONLY is %d, want %d", got, test.want)
		}
	}
}

// The kernel reports the backlog of a listening socket where a connection has its unacknowledged data.
func TestBacklog(t *testing.T) {
	for _, test := range []struct{ backlog, want int }{{0, 511}, {7, 7}} {
		raw, err := listening(t, openOne(t, listener.Spec{Address: "127.0.0.1:0", Backlog: test.backlog})).SyscallConn()
		if err != nil {
			t.Fatal(err)
		}
		var info *unix.TCPInfo
		var failure error
		if err := raw.Control(func(fd uintptr) {
			info, failure = unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO)
		}); err != nil || failure != nil {
			t.Fatal(err, failure)
		}
		if int(info.Sacked) != test.want {
			t.Errorf("backlog %d gives %d, want %d", test.backlog, info.Sacked, test.want)
		}
	}
}

// lockedBuffer is a buffer that several goroutines may use.
type lockedBuffer struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.String()
}

func TestRefusedOptionIsIgnored(t *testing.T) {
	var log lockedBuffer
	owner := open(t, listener.Options{Logger: slog.New(slog.NewTextHandler(&log, nil))}, listener.Spec{
		Name: "proxy", Address: "127.0.0.1:0", KeepAlive: &listener.KeepAlive{Enabled: true, Idle: 100_000 * time.Second},
	})
	connect(t, only(t, owner, "proxy"))
	if !strings.Contains(log.String(), "setsockopt(TCP_KEEPIDLE) failed, ignored") {
		t.Errorf("no warning: %s", log.String())
	}
}

// An HTTP server gives up when Accept fails, so running out of descriptors must not make it fail.
func TestAcceptSurvivesWantOfDescriptors(t *testing.T) {
	var log lockedBuffer
	owner := open(t, listener.Options{Logger: slog.New(slog.NewTextHandler(&log, nil))},
		listener.Spec{Name: "proxy", Address: "127.0.0.1:0"})
	socket := only(t, owner, "proxy")
	client := dial(t, "tcp", socket.Addr().String())

	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: 1, Max: limit.Max}); err != nil {
		t.Fatal(err)
	}
	restore := sync.OnceFunc(func() {
		if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
			t.Error(err)
		}
	})
	defer restore()
	accepted := make(chan net.Conn)
	go func() {
		conn, err := socket.Accept()
		if err != nil {
			t.Error(err)
		}
		accepted <- conn
	}()
	for deadline := time.Now().Add(patience); !strings.Contains(log.String(), "too many open files"); {
		if time.Now().After(deadline) {
			t.Fatal("nothing is logged")
		}
		time.Sleep(time.Millisecond)
	}
	restore()
	server := <-accepted
	defer server.Close()
	expectLine(t, client, server, "hello")
}

func TestCloseIsIdempotent(t *testing.T) {
	socket := openOne(t, listener.Spec{Address: "127.0.0.1:0"})
	for range 2 {
		if err := socket.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
