package testenv

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"
)

// Ports are handed out below the range from which Linux takes the ports of outgoing connections, so that no client of
// another test sits on one. All of them have five digits.
const (
	firstPort = 20000
	lastPort  = 32767
)

// Ports returns n TCP ports on which nothing listens, on any address of the machine. No other test gets them, in this
// process or another, until t ends; a server may therefore be stopped and started again on its port.
func Ports(t testing.TB, n int) []int {
	t.Helper()
	ports, reservation, err := reservePorts(n)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = reservation.Close() })
	return ports
}

// reservePorts reserves ports until the reservation is closed or the process ends: each is a lock on one byte of a file
// that all test processes share, at the offset of the port number. The locks belong to the open file and not to the
// process, so that two tests of one process exclude each other as well.
func reservePorts(n int) (ports []int, reservation io.Closer, err error) {
	cache, err := cacheDir()
	if err != nil {
		return nil, nil, err
	}
	f, err := os.OpenFile(filepath.Join(cache, "ports.lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, nil, fmt.Errorf("reserve ports: %w", err)
	}
	const count = lastPort - firstPort + 1
	start := rand.IntN(count)
	for i := 0; i < count && len(ports) < n; i++ {
		port := firstPort + (start+i)%count
		free, err := reservePort(f, port)
		if err != nil {
			return nil, nil, errors.Join(fmt.Errorf("reserve port %d: %w", port, err), f.Close())
		}
		if free {
			ports = append(ports, port)
		}
	}
	if len(ports) < n {
		return nil, nil, errors.Join(fmt.Errorf("only %d of %d ports are free from %d to %d", len(ports), n, firstPort, lastPort), f.Close())
	}
	return ports, f, nil
}

// reservePort locks the byte of port in f and reports whether the port is free: reserved by nobody else and unused.
func reservePort(f *os.File, port int) (bool, error) {
	lock := unix.Flock_t{Type: unix.F_WRLCK, Start: int64(port), Len: 1}
	err := unix.FcntlFlock(f.Fd(), unix.F_OFD_SETLK, &lock)
	if errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.EACCES) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	l, err := net.Listen("tcp", ":"+strconv.Itoa(port))
	if err != nil {
		// In use by something that knows nothing of reservations. The lock goes with the file.
		return false, nil
	}
	return true, l.Close()
}
