package e2e_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/kongo-gateway/kongo/internal/testenv"
)

// systemd is told of everything that happens to a node it has started.
func TestNotifiesSystemd(t *testing.T) {
	t.Parallel()
	address := filepath.Join("/tmp", fmt.Sprintf("kongo-notify-%d", testenv.Ports(t, 1)[0])) // short enough for a socket
	socket, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: address, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = socket.Close()
		_ = os.Remove(address)
	})
	messages := make(chan string, 1000)
	go func() {
		buffer := make([]byte, 4096)
		for {
			size, _, err := socket.ReadFromUnix(buffer)
			if err != nil {
				close(messages)
				return
			}
			messages <- string(buffer[:size])
		}
	}()
	await := func(words ...string) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		for {
			select {
			case message := <-messages:
				missing := 0
				for _, word := range words {
					if !strings.Contains(message, word) {
						missing++
					}
				}
				if missing == 0 {
					return
				}
			case <-ctx.Done():
				t.Fatalf("systemd was not told %v", words)
			}
		}
	}
	n := testenv.Kongo(t, testenv.NodeConfig{Env: map[string]string{"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "200000"}})
	await("READY=1", fmt.Sprintf("MAINPID=%d", pidOf(t, n)))
	await("WATCHDOG=1")
	await("WATCHDOG=1")
	n.Signal(t, syscall.SIGHUP)
	await("RELOADING=1", "MONOTONIC_USEC=")
	await("READY=1", fmt.Sprintf("MAINPID=%d", pidOf(t, n)))
	first := pidOf(t, n)
	n.Signal(t, syscall.SIGUSR2)
	eventually(t, "another process has taken over", func() bool { return pidOf(t, n) != first })
	await("READY=1", fmt.Sprintf("MAINPID=%d", pidOf(t, n)))
	await("WATCHDOG=1")
	expect(t, n, "stop -p "+n.Prefix, 0, "Kong stopped\n", "")
	await("STOPPING=1")
}
