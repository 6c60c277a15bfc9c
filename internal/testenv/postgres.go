package testenv

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"
)

// DefaultPostgres is the major version that PostgreSQL starts, unless KONGO_TEST_POSTGRES names another one.
const DefaultPostgres = 13

// NewestPostgres is the newest major version that there is.
const NewestPostgres = 18

// How a PostgreSQL server ends.
const (
	// PostgresFast ends the sessions and shuts down in order.
	PostgresFast = syscall.SIGINT
	// PostgresCrash drops everything at once; the next start recovers from the log.
	PostgresCrash = syscall.SIGQUIT
)

// PostgresServer is a PostgreSQL on 127.0.0.1 that speaks plain TCP, TLS and a Unix socket, and wants a password on each.
// It is tuned to be thrown away: what it stores survives a crash of the server, but not one of the machine.
type PostgresServer struct {
	// Port is the port on 127.0.0.1, also after a restart.
	Port int
	// SocketDir holds the Unix socket.
	SocketDir string
	// RootCA is the file with the certificate that TLS clients should trust; it names localhost and 127.0.0.1.
	RootCA string

	binDir      string
	data        string
	log         string
	preload     string              // a library that is loaded before all others, "" for none
	runAs       *syscall.Credential // nil: as the user of the tests
	reservation io.Closer           // of the port
	proc        *process
}

// sharedPostgres is the server that the tests of this process share. Tests ask for it by PostgreSQL(t), which has no other
// place to keep it; Main gives it back.
var sharedPostgres struct {
	sync.Mutex
	owned  bool // Main runs, and will stop the server
	server *PostgresServer
}

// PostgreSQL returns the server that all tests of this package share, starting it at the first call. It needs Main. A test
// that stops its server uses StartPostgreSQL instead.
func PostgreSQL(t testing.TB) *PostgresServer {
	t.Helper()
	sharedPostgres.Lock()
	defer sharedPostgres.Unlock()
	if !sharedPostgres.owned {
		t.Fatal("PostgreSQL(t) is shared by a package and needs func TestMain(m *testing.M) { testenv.Main(m) }")
	}
	if sharedPostgres.server == nil {
		major := DefaultPostgres
		if text := os.Getenv("KONGO_TEST_POSTGRES"); text != "" {
			var err error
			if major, err = strconv.Atoi(text); err != nil {
				t.Fatalf("KONGO_TEST_POSTGRES: %v", err)
			}
		}
		server, err := newPostgres(major)
		if err != nil {
			t.Fatal(err)
		}
		if err := server.start(); err != nil {
			t.Fatal(errors.Join(err, server.remove()))
		}
		sharedPostgres.server = server
	}
	return sharedPostgres.server
}

// stopShared stops what the tests of this process shared.
func stopShared() error {
	sharedPostgres.Lock()
	defer sharedPostgres.Unlock()
	sharedPostgres.owned = false
	if sharedPostgres.server == nil {
		return nil
	}
	return sharedPostgres.server.remove()
}

// StartPostgreSQL starts a server of the given major version (DefaultPostgres to NewestPostgres) for one test. It is removed when t ends.
func StartPostgreSQL(t testing.TB, major int) *PostgresServer {
	t.Helper()
	return startPostgres(t, major, 0)
}

// startPostgres starts a server whose clock is ahead of the machine's.
func startPostgres(t testing.TB, major int, ahead time.Duration) *PostgresServer {
	t.Helper()
	s, err := newPostgres(major)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("PostgreSQL %d:\n%s", major, s.readLog())
		}
		if err := s.remove(); err != nil {
			t.Error(err)
		}
	})
	if ahead != 0 {
		if err := s.setClock(ahead); err != nil {
			t.Fatal(err)
		}
	}
	s.Start(t)
	return s
}

// Start starts the server again after Stop and returns once it takes queries.
func (s *PostgresServer) Start(t testing.TB) {
	t.Helper()
	if s.proc != nil {
		t.Fatal("PostgreSQL is running already")
	}
	if err := s.start(); err != nil {
		t.Fatal(err)
	}
}

// Stop ends the server, PostgresFast or PostgresCrash, and waits until it is gone.
func (s *PostgresServer) Stop(t testing.TB, how syscall.Signal) {
	t.Helper()
	if s.proc == nil {
		t.Fatal("PostgreSQL is not running")
	}
	err := s.proc.stop(how, stopTimeout)
	s.proc = nil
	if exit := (*exec.ExitError)(nil); how == PostgresCrash && errors.As(err, &exit) {
		err = nil // it says so by its exit code
	}
	if err != nil {
		t.Fatal(err)
	}
}
