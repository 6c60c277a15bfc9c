package handover_test

import (
	"io"
	"net"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/kongo-gateway/kongo/handover"
	"github.com/kongo-gateway/kongo/listener"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const patience = 30 * time.Second

// offer listens on an address and offers the socket.
func offer(t *testing.T) (name string, owner *listener.Owner, o *handover.Offer) {
	t.Helper()
	owner, err := listener.Open(t.Context(), []listener.Spec{{Name: "proxy", Address: "127.0.0.1:0"}}, listener.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = owner.Close() })
	if name, err = handover.Name(t.TempDir(), os.Getpid()); err != nil {
		t.Fatal(err)
	}
	if o, err = handover.Listen(name, owner.Files); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := o.Close(); err != nil {
			t.Error(err)
		}
	})
	return name, owner, o
}

func TestTakesOver(t *testing.T) {
	name, owner, o := offer(t)
	address := owner.Sockets("proxy")[0].Addr().String()
	taking, err := handover.Take(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	next, err := listener.Open(t.Context(), []listener.Spec{{Name: "proxy", Address: address}}, listener.Options{Inherited: taking.Files})
	if err != nil {
		t.Fatal(err)
	}
	defer next.Close()
	// A connection that nobody has accepted yet is not lost with the first process.
	client, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if err := taking.Commit(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-o.Taken():
	case <-time.After(patience):
		t.Fatal("the first process was not told")
	}
	if err := owner.Close(); err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() {
		conn, err := next.Sockets("proxy")[0].Accept()
		if err == nil {
			_, err = conn.Write([]byte("served"))
			_ = conn.Close()
		}
		served <- err
	}()
	if text, err := io.ReadAll(client); string(text) != "served" {
		t.Errorf("the client got %q, error %v", text, err)
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
}

func TestGivesUp(t *testing.T) {
	name, _, o := offer(t)
	for range 3 {
		taking, err := handover.Take(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		if len(taking.Files) != 1 {
			t.Errorf("the files are %v", taking.Files)
		}
		taking.Close()
	}
	select {
	case <-o.Taken():
		t.Error("the process was replaced by one that gave up")
	case <-time.After(100 * time.Millisecond):
	}
}

func TestNobodyOffers(t *testing.T) {
	name, err := handover.Name(t.TempDir(), os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if taking, err := handover.Take(t.Context(), name); err == nil {
		taking.Close()
		t.Error("sockets were taken from nobody")
	}
	if _, err := handover.Name("/no/such/directory", 1); err == nil {
		t.Error("a directory that is not there has a name")
	}
}

// Whoever waits to take does not keep the process from ending.
func TestCloseWhileTaking(t *testing.T) {
	name, _, o := offer(t)
	taking, err := handover.Take(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	defer taking.Close()
	closed := make(chan error, 1)
	go func() { closed <- o.Close() }()
	select {
	case err := <-closed:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(patience):
		t.Error("Close hangs")
	}
}
