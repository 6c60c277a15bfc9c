package testenv

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// HAProxy starts the load balancer of that name with a configuration and waits until it accepts connections on an address. It
// is killed when t ends.
func HAProxy(t testing.TB, configuration, address string) {
	t.Helper()
	program, err := exec.LookPath("haproxy")
	if err != nil {
		if program, err = exec.LookPath("/usr/sbin/haproxy"); err != nil {
			t.Fatal("there is no haproxy: install the package haproxy (Debian: apt-get install haproxy)")
		}
	}
	file := filepath.Join(t.TempDir(), "haproxy.cfg")
	if err := os.WriteFile(file, []byte(configuration), 0o600); err != nil {
		t.Fatal(err)
	}
	output, err := os.Create(filepath.Join(filepath.Dir(file), "output"))
	if err != nil {
		t.Fatal(err)
	}
	defer output.Close()
	cmd := exec.Command(program, "-db", "-f", file)
	cmd.Stdout, cmd.Stderr = output, output
	proc, err := startProcess(cmd, syscall.SIGKILL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		proc.kill()
		if t.Failed() {
			text, _ := os.ReadFile(output.Name())
			t.Logf("haproxy:\n%s", text)
		}
	})
	err = waitReady(proc, func(ctx context.Context) error {
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
		if err == nil {
			err = conn.Close()
		}
		return err
	})
	if err != nil {
		text, _ := os.ReadFile(output.Name())
		t.Fatalf("%v\n%s", err, text)
	}
}
