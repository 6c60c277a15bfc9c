package testenv

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// DefaultCassandra is the version that Cassandra starts, unless KONGO_TEST_CASSANDRA names another one.
const DefaultCassandra = "5.0"

// CassandraServer is a Cassandra of one node or of several, on the same port of 127.0.0.1, 127.0.0.2 and so on. It asks for
// no password.
type CassandraServer struct {
	// Port is the port of each node, also after a restart.
	Port  int
	Nodes []*CassandraNode

	java, jars                  string
	dir                         string
	storagePort, sslStoragePort int
	settings                    string
	throwaway                   bool
	reservation                 io.Closer // of the ports
}

// CassandraOptions say what is special about a server.
type CassandraOptions struct {
	// Version is 4.1 or 5.0, DefaultCassandra if it is empty.
	Version string
	// Nodes is the number of nodes, 1 if it is 0.
	Nodes int
	// Settings is added to cassandra.yaml.
	Settings string
	// throwaway servers lose what they have when a node is killed.
	throwaway bool
}

// sharedCassandra is the server that the tests of this process share. As with sharedPostgres, Main gives it back.
var sharedCassandra struct {
	sync.Mutex
	server *CassandraServer
}

// Cassandra returns the server of one node that all tests of this package share, starting it at the first call. It needs
// Main. A test that kills a node uses StartCassandra instead.
func Cassandra(t testing.TB) *CassandraServer {
	t.Helper()
	sharedCassandra.Lock()
	defer sharedCassandra.Unlock()
	if sharedCassandra.server == nil {
		if !mainRuns() {
			t.Fatal("Cassandra(t) is shared by a package and needs func TestMain(m *testing.M) { testenv.Main(m) }")
		}
		server, err := newCassandra(CassandraOptions{throwaway: true})
		if err != nil {
			t.Fatal(err)
		}
		if err := server.start(); err != nil {
			t.Fatal(errors.Join(err, server.remove()))
		}
		sharedCassandra.server = server
	}
	return sharedCassandra.server
}

// mainRuns reports whether somebody will stop what the tests of this process share.
func mainRuns() bool {
	sharedPostgres.Lock()
	defer sharedPostgres.Unlock()
	return sharedPostgres.owned
}

// stopSharedCassandra stops the server that the tests of this process shared.
func stopSharedCassandra() error {
	sharedCassandra.Lock()
	defer sharedCassandra.Unlock()
	if sharedCassandra.server == nil {
		return nil
	}
	return sharedCassandra.server.remove()
}

// StartCassandra starts a server for one test. It is removed when t ends.
func StartCassandra(t testing.TB, opts CassandraOptions) *CassandraServer {
	t.Helper()
	s, err := newCassandra(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			for _, n := range s.Nodes {
				t.Logf("Cassandra on %s:\n%s", n.Address, n.readLog())
			}
		}
		if err := s.remove(); err != nil {
			t.Error(err)
		}
	})
	if err := s.start(); err != nil {
		t.Fatal(err)
	}
	return s
}

// Addresses lists the addresses of the nodes.
func (s *CassandraServer) Addresses() []string {
	var addresses []string
	for _, n := range s.Nodes {
		addresses = append(addresses, n.Address)
	}
	return addresses
}

// Keyspace returns a name that no other test uses.
func (s *CassandraServer) Keyspace() string { return "kong_" + strings.ToLower(rand.Text()[:12]) }

// Env returns the settings that let a node use a keyspace.
func (s *CassandraServer) Env(keyspace string) map[string]string {
	return map[string]string{
		"KONG_DATABASE":                 "cassandra",
		"KONG_CASSANDRA_CONTACT_POINTS": strings.Join(s.Addresses(), ","),
		"KONG_CASSANDRA_PORT":           strconv.Itoa(s.Port),
		"KONG_CASSANDRA_KEYSPACE":       keyspace,
	}
}

// newCassandra makes the directories of a server that is not running.
func newCassandra(opts CassandraOptions) (_ *CassandraServer, err error) {
	if opts.Version == "" {
		opts.Version = DefaultCassandra
		if version := os.Getenv("KONGO_TEST_CASSANDRA"); version != "" {
			opts.Version = version
		}
	}
	s := &CassandraServer{settings: opts.Settings, throwaway: opts.throwaway}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.remove())
		}
	}()
	if s.java, err = findJava(); err != nil {
		return nil, err
	}
	if s.jars, err = installCassandra(opts.Version); err != nil {
		return nil, err
	}
	if s.dir, err = os.MkdirTemp("", "kongo-cassandra-"); err != nil {
		return nil, fmt.Errorf("Cassandra: %w", err)
	}
	runAs, err := postgresUser()
	if err != nil {
		return nil, err
	}
	if runAs != nil {
		if err := os.Chmod(s.dir, 0o755); err != nil {
			return nil, fmt.Errorf("Cassandra: %w", err)
		}
		for _, path := range []string{s.jars + "/.", s.dir + "/."} {
			if err := reachable(path); err != nil {
				return nil, fmt.Errorf("Cassandra runs as nobody: %w", err)
			}
		}
	}
	ports, reservation, err := reservePorts(3)
	if err != nil {
		return nil, err
	}
	s.Port, s.storagePort, s.sslStoragePort, s.reservation = ports[0], ports[1], ports[2], reservation
	count := max(opts.Nodes, 1)
	for i := range count {
		address := fmt.Sprintf("127.0.0.%d", i+1)
		s.Nodes = append(s.Nodes, &CassandraNode{
			Address: address, server: s, dir: filepath.Join(s.dir, address), token: ringToken(i, count), runAs: runAs,
		})
	}
	for _, n := range s.Nodes {
		if err := n.prepare(); err != nil {
			return nil, fmt.Errorf("Cassandra: %w", err)
		}
	}
	return s, nil
}

// ringToken is the place of the i-th of several nodes that share the ring of all 64-bit tokens evenly.
func ringToken(i, count int) string {
	step := ^uint64(0)/uint64(count) + 1
	if count == 1 {
		step = 0
	}
	const least = 1 << 63 // the least signed number, as a pattern of bits
	return strconv.FormatInt(int64(least+uint64(i)*step), 10)
}

// start starts the first node, then all others at once, and waits until they take connections. Nodes that all begin at the
// same time on a busy machine may each take themselves for the first.
func (s *CassandraServer) start() error {
	for _, group := range [][]*CassandraNode{s.Nodes[:1], s.Nodes[1:]} {
		for _, n := range group {
			if err := n.start(); err != nil {
				return err
			}
		}
		for _, n := range group {
			if err := n.wait(); err != nil {
				return err
			}
		}
	}
	return s.waitForPeers()
}
