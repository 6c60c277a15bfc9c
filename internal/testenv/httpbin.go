package testenv

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
)

// HTTPBinServer is a go-httpbin process: an upstream that many people know. Its methods are for the goroutine of its test.
type HTTPBinServer struct {
	// Addr is the "host:port" it listens on, also after a restart.
	Addr string

	binary string
	output string
	proc   *process
}

// HTTPBin starts go-httpbin on a free port of 127.0.0.1. It is stopped when t ends.
func HTTPBin(t testing.TB) *HTTPBinServer {
	t.Helper()
	return HTTPBinAt(t, net.JoinHostPort("127.0.0.1", strconv.Itoa(Ports(t, 1)[0])))
}

// HTTPBinAt starts go-httpbin on the given "host:port". Servers that must share a port number take it from Ports and
// listen on different addresses of the loopback network, 127.0.0.2:port and 127.0.0.3:port.
func HTTPBinAt(t testing.TB, addr string) *HTTPBinServer {
	t.Helper()
	binary, err := httpbinBinary()
	if err != nil {
		t.Fatal(err)
	}
	s := &HTTPBinServer{Addr: addr, binary: binary, output: filepath.Join(t.TempDir(), "output")}
	t.Cleanup(func() {
		if s.proc != nil {
			s.proc.kill()
		}
		if t.Failed() {
			out, _ := os.ReadFile(s.output)
			t.Logf("go-httpbin on %s:\n%s", s.Addr, out)
		}
	})
	s.Start(t)
	return s
}

// Start starts the server again after Stop and returns once it answers.
func (s *HTTPBinServer) Start(t testing.TB) {
	t.Helper()
	if s.proc != nil {
		t.Fatal("go-httpbin is running already")
	}
	host, port, err := net.SplitHostPort(s.Addr)
	if err != nil {
		t.Fatalf("go-httpbin address: %v", err)
	}
	out, err := os.OpenFile(s.output, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	cmd := exec.Command(s.binary, "-host", host, "-port", port)
	cmd.Env = []string{} // it reads its settings from the environment, too
	cmd.Stdout, cmd.Stderr = out, out
	proc, err := startProcess(cmd, syscall.SIGKILL)
	if err != nil {
		t.Fatal(err)
	}
	s.proc = proc
	err = waitReady(proc, func(ctx context.Context) error { return answersOK(ctx, "http://"+s.Addr+"/status/200") })
	if err != nil {
		t.Fatal(err)
	}
}

// Stop ends the server: it finishes what it is doing and then refuses connections.
func (s *HTTPBinServer) Stop(t testing.TB) {
	t.Helper()
	if s.proc == nil {
		t.Fatal("go-httpbin is not running")
	}
	err := s.proc.stop(syscall.SIGTERM, stopTimeout)
	s.proc = nil
	if err != nil {
		t.Fatal(err)
	}
}
