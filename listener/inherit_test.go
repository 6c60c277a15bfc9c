package listener_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/kongo-gateway/kongo/listener"
)

// heirKey is the environment variable that makes the test binary serve one connection on the socket it inherits.
const heirKey = "KONGO_TEST_HEIR"

// serveAsHeir answers one connection on the socket that descriptor 3 is.
func serveAsHeir() {
	key := os.Getenv(heirKey)
	_, address, _ := strings.Cut(key, " ")
	owner, err := listener.Open(context.Background(), []listener.Spec{{Name: "proxy", Address: address}}, listener.Options{
		Inherited: map[string]*os.File{key: os.NewFile(3, key)},
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	conn, err := owner.Sockets("proxy")[0].Accept()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Fprintln(conn, "from the heir")
	conn.Close()
	owner.Close()
}

func TestHandOverToAnotherProcess(t *testing.T) {
	owner := open(t, listener.Options{}, listener.Spec{Name: "proxy", Address: "127.0.0.1:0"})
	socket := only(t, owner, "proxy")
	files, err := owner.Files()
	if err != nil {
		t.Fatal(err)
	}
	heir := exec.Command(os.Args[0])
	heir.Env = append(os.Environ(), heirKey+"="+socket.Key())
	heir.ExtraFiles = []*os.File{files[socket.Key()]}
	heir.Stderr = os.Stderr
	if err := heir.Start(); err != nil {
		t.Fatal(err)
	}
	files[socket.Key()].Close()

	// Starting a process must not make the old socket a blocking one: its Accept would never end.
	ended := make(chan error)
	go func() {
		_, err := socket.Accept()
		ended <- err
	}()
	if err := owner.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; !errors.Is(err, net.ErrClosed) {
		t.Errorf("Accept ended with %v, want net.ErrClosed", err)
	}
	client := dial(t, "tcp", socket.Addr().String())
	answer := make([]byte, len("from the heir"))
	if _, err := io.ReadFull(client, answer); err != nil || string(answer) != "from the heir" {
		t.Errorf("read %q (%v)", answer, err)
	}
	if err := heir.Wait(); err != nil {
		t.Error(err)
	}
}

func TestHandOverKeepsAndChangesOptions(t *testing.T) {
	spec := listener.Spec{Name: "proxy", Address: "127.0.0.1:0"}
	old := open(t, listener.Options{}, spec, listener.Spec{Name: "stream", Address: "127.0.0.1:0", UDP: true})
	files, err := old.Files()
	if err != nil {
		t.Fatal(err)
	}
	spec.Address = only(t, old, "proxy").Addr().String()
	spec.KeepAlive = &listener.KeepAlive{Enabled: true, Count: 4}
	next := open(t, listener.Options{Inherited: files}, spec,
		listener.Spec{Name: "stream", Address: old.UDPSockets("stream")[0].LocalAddr().String(), UDP: true})
	for _, file := range files {
		file.Close()
	}
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	_, server := connect(t, only(t, next, "proxy"))
	if got := option(t, server.(*net.TCPConn), syscall.IPPROTO_TCP, syscall.TCP_KEEPCNT); got != 4 {
		t.Errorf("keepalive count is %d, want 4", got)
	}
	if got, kernels := option(t, server.(*net.TCPConn), syscall.IPPROTO_TCP, syscall.TCP_KEEPIDLE),
		option(t, listening(t, only(t, next, "proxy")), syscall.IPPROTO_TCP, syscall.TCP_KEEPIDLE); got != kernels {
		t.Errorf("keepalive idle time is %d, want the kernel's %d", got, kernels)
	}
	udp := next.UDPSockets("stream")[0]
	if _, err := udp.WriteTo([]byte("x"), udp.LocalAddr()); err != nil {
		t.Error(err)
	}
}

func TestInheritedSocketOfAnotherKind(t *testing.T) {
	old := open(t, listener.Options{}, listener.Spec{Name: "stream", Address: "127.0.0.1:0", UDP: true})
	files, err := old.Files()
	if err != nil {
		t.Fatal(err)
	}
	udp := old.UDPSockets("stream")[0]
	file := files[udp.Key()]
	defer file.Close()
	address := udp.LocalAddr().String()
	owner, err := listener.Open(t.Context(), []listener.Spec{{Address: address}}, listener.Options{
		Inherited: map[string]*os.File{"tcp " + address: file},
	})
	if err == nil {
		owner.Close()
		t.Error("a UDP socket passes for a TCP socket")
	}
}
