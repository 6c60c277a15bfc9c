package testenv

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Replica starts a read-only server that follows s, by streaming replication. It is removed when t ends. To be copied, s is
// stopped for a moment, so it should belong to the same test.
func (s *PostgresServer) Replica(t testing.TB) *PostgresServer {
	t.Helper()
	s.Stop(t, PostgresFast)
	r, err := s.copy()
	s.Start(t)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("replica of PostgreSQL:\n%s", r.readLog())
		}
		if err := r.remove(); err != nil {
			t.Error(err)
		}
	})
	r.Start(t)
	return r
}

// copy makes a server, which is not running, of the files of one that is not running either, and lets it follow that one.
func (s *PostgresServer) copy() (_ *PostgresServer, err error) {
	dir, err := os.MkdirTemp("", "kongo-pg-")
	if err != nil {
		return nil, fmt.Errorf("PostgreSQL replica: %w", err)
	}
	r := &PostgresServer{
		SocketDir: dir, RootCA: s.RootCA,
		binDir: s.binDir, data: filepath.Join(dir, "data"), log: filepath.Join(dir, "log"), runAs: s.runAs,
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, r.remove())
		}
	}()
	ports, reservation, err := reservePorts(1)
	if err != nil {
		return nil, err
	}
	r.Port, r.reservation = ports[0], reservation
	if r.runAs != nil {
		if err := os.Chown(dir, int(r.runAs.Uid), int(r.runAs.Gid)); err != nil {
			return nil, fmt.Errorf("PostgreSQL replica: %w", err)
		}
	}
	if out, err := exec.Command("cp", "-a", s.data, r.data).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("copy of PostgreSQL's files: %w\n%s", err, out)
	}
	settings := fmt.Sprintf(`
port = %d
unix_socket_directories = '%s'
primary_conninfo = 'host=127.0.0.1 port=%d user=%s password=%s'
`, r.Port, r.SocketDir, s.Port, postgresRole, postgresPassword)
	return r, errors.Join(
		r.write(filepath.Join(r.data, "standby.signal"), nil),
		appendTo(filepath.Join(r.data, "postgresql.conf"), settings),
	)
}
