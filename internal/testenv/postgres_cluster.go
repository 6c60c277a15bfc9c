package testenv

import (
	"context"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/kongo-gateway/kongo/internal/testenv/selfsigned"
)

// newPostgres makes the directory and the empty database cluster of a server that is not running.
func newPostgres(major int) (_ *PostgresServer, err error) {
	binDir, err := installPostgres(major)
	if err != nil {
		return nil, err
	}
	runAs, err := postgresUser()
	if err != nil {
		return nil, err
	}
	// The name is short because a Unix socket's path may have no more than 107 bytes.
	dir, err := os.MkdirTemp("", "kongo-pg-")
	if err != nil {
		return nil, fmt.Errorf("PostgreSQL: %w", err)
	}
	s := &PostgresServer{
		SocketDir: dir, RootCA: filepath.Join(dir, "root.crt"),
		binDir: binDir, data: filepath.Join(dir, "data"), log: filepath.Join(dir, "log"), runAs: runAs,
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.remove())
		}
	}()
	ports, reservation, err := reservePorts(1)
	if err != nil {
		return nil, err
	}
	s.Port, s.reservation = ports[0], reservation
	if runAs != nil {
		if err := os.Chown(dir, int(runAs.Uid), int(runAs.Gid)); err != nil {
			return nil, fmt.Errorf("PostgreSQL: %w", err)
		}
		for _, path := range []string{binDir, dir} {
			if err := reachable(path); err != nil {
				return nil, fmt.Errorf("PostgreSQL runs as nobody: %w", err)
			}
		}
	}
	if err := s.initialize(); err != nil {
		return nil, err
	}
	return s, nil
}

// postgresUser returns the identity to run the server with, which refuses to be root.
func postgresUser() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	nobody, err := user.Lookup("nobody")
	if err != nil {
		return nil, fmt.Errorf("PostgreSQL does not run as root: %w", err)
	}
	uid, err := strconv.ParseUint(nobody.Uid, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("user nobody: %w", err)
	}
	gid, err := strconv.ParseUint(nobody.Gid, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("user nobody: %w", err)
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

// reachable reports an error if a directory on the way to path is closed to other users.
func reachable(path string) error {
	for dir := filepath.Dir(path); ; dir = filepath.Dir(dir) {
		info, err := os.Stat(dir)
		if err != nil {
			return err
		}
		if info.Mode().Perm()&0o001 == 0 {
			return fmt.Errorf("%s is closed to other users; set KONGO_TEST_CACHE or TMPDIR to a directory that is not", dir)
		}
		if dir == filepath.Dir(dir) {
			return nil
		}
	}
}

// initialize runs initdb and writes the server's certificate and settings.
func (s *PostgresServer) initialize() error {
	password := filepath.Join(s.SocketDir, "password")
	if err := s.write(password, []byte(postgresPassword)); err != nil {
		return err
	}
	cmd := s.command("initdb", "-D", s.data, "-U", postgresRole, "--pwfile", password, "-E", "UTF8", "--locale=C",
		"--auth-local=scram-sha-256", "--auth-host=scram-sha-256", "--no-sync")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	certificate, key, err := selfsigned.New(pkix.Name{CommonName: "localhost"}, "localhost", "127.0.0.1")
	if err != nil {
		return fmt.Errorf("PostgreSQL certificate: %w", err)
	}
	settings := fmt.Sprintf(`
listen_addresses = '127.0.0.1'
port = %d
unix_socket_directories = '%s'
password_encryption = 'scram-sha-256'
ssl = on
ssl_cert_file = '%s'
ssl_key_file = 'server.key'
timezone = 'UTC'
max_connections = 200
shared_buffers = 32MB
fsync = off
full_page_writes = off
`, s.Port, s.SocketDir, s.RootCA)
	return errors.Join(
		s.write(s.RootCA, certificate),
		s.write(filepath.Join(s.data, "server.key"), key),
		appendTo(filepath.Join(s.data, "postgresql.conf"), settings),
	)
}

// appendTo adds text to a file that exists.
func appendTo(path, text string) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}

// write makes a file that belongs to the user of the server and is closed to others.
func (s *PostgresServer) write(path string, content []byte) error {
	if err := os.WriteFile(path, content, 0o600); err != nil {
		return err
	}
	if s.runAs == nil {
		return nil
	}
	return os.Chown(path, int(s.runAs.Uid), int(s.runAs.Gid))
}

// command prepares one of PostgreSQL's programs, to be run as the user of the server.
func (s *PostgresServer) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(s.binDir, name), args...)
	cmd.Dir = s.SocketDir
	cmd.Env = []string{"HOME=" + s.SocketDir, "LC_ALL=C", "PATH=/usr/bin:/bin"}
	if s.preload != "" {
		cmd.Env = append(cmd.Env, "LD_PRELOAD="+s.preload)
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.runAs}
	return cmd
}

func (s *PostgresServer) start() error {
	out, err := os.OpenFile(s.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer out.Close()
	cmd := s.command("postgres", "-D", s.data)
	cmd.Stdout, cmd.Stderr = out, out
	s.proc, err = startProcess(cmd, PostgresCrash)
	if err != nil {
		return err
	}
	err = waitReady(s.proc, func(ctx context.Context) error { return s.exec(ctx, "SELECT 1") })
	if err != nil {
		return fmt.Errorf("%w\n%s", err, s.readLog())
	}
	return nil
}

func (s *PostgresServer) readLog() string {
	text, err := os.ReadFile(s.log)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err.Error()
	}
	return strings.TrimSpace(string(text))
}

// remove ends the server and deletes everything it stored.
func (s *PostgresServer) remove() error {
	if s.proc != nil {
		// How it ends does not matter any more; stop waits for it in any case.
		_ = s.proc.stop(PostgresCrash, stopTimeout)
		s.proc = nil
	}
	err := os.RemoveAll(s.SocketDir)
	if s.reservation != nil {
		err = errors.Join(err, s.reservation.Close())
	}
	return err
}
