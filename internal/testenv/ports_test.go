package testenv

import (
	"net"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

func TestPortsAreHandedOutOnce(t *testing.T) {
	seen := map[int]bool{}
	for range 10 {
		for _, port := range Ports(t, 50) {
			if seen[port] {
				t.Fatalf("port %d was handed out twice", port)
			}
			seen[port] = true
			l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
			if err != nil {
				t.Fatalf("reserved port is of no use: %v", err)
			}
			l.Close()
		}
	}
}

func TestPortIsFreeAgainAfterTheTest(t *testing.T) {
	var port int
	t.Run("holder", func(t *testing.T) {
		port = Ports(t, 1)[0]
		if reservable(t, port) {
			t.Errorf("port %d can be reserved by two", port)
		}
	})
	if !reservable(t, port) {
		t.Errorf("port %d is still reserved", port)
	}
}

func TestPortInUseIsNotReserved(t *testing.T) {
	port := Ports(t, 1)[0]
	t.Run("holder", func(t *testing.T) {
		// Another loopback address: the port must be free on all of them.
		l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.2", strconv.Itoa(port)))
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		if free, err := reservePort(openScratch(t), port); err != nil || free {
			t.Errorf("reservePort = %v, %v for a port in use", free, err)
		}
	})
}

// reservable says whether someone else could reserve the port now.
func reservable(t *testing.T, port int) bool {
	t.Helper()
	cache, err := cacheDir()
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(filepath.Join(cache, "ports.lock"), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	free, err := reservePort(f, port)
	if err != nil {
		t.Fatal(err)
	}
	return free
}

// openScratch opens a lock file that nobody else uses.
func openScratch(t *testing.T) *os.File {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "ports.lock"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}
