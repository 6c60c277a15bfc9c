package testenv

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/gocql/gocql"
)

// Session returns connections to the first node that a test uses for statements of its own, in no keyspace. They are closed
// when t ends.
func (s *CassandraServer) Session(t testing.TB) *gocql.Session {
	t.Helper()
	session, err := s.connect(s.Nodes[0].Address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(session.Close)
	return session
}

func (s *CassandraServer) connect(address string) (*gocql.Session, error) {
	cluster := gocql.NewCluster(address)
	cluster.Port = s.Port
	cluster.ProtoVersion = 4
	cluster.ConnectTimeout = queryTimeout
	cluster.Timeout = queryTimeout
	cluster.NumConns = 1
	cluster.Consistency = gocql.One // tests look at what is there, also when a node is down
	cluster.DisableInitialHostLookup = true
	cluster.Events.DisableSchemaEvents = true         // gocql would go on looking at them after Close
	cluster.MaxWaitSchemaAgreement = time.Millisecond // the one node knows its own tables
	cluster.Logger = quiet{}
	session, err := cluster.CreateSession()
	if err != nil {
		return nil, fmt.Errorf("Cassandra: %w", err)
	}
	return session, nil
}

// quiet keeps gocql from writing to the output of the tests.
type quiet struct{}

func (quiet) Print(...any)          {}
func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

// waitForPeers returns once every node knows all the others.
func (s *CassandraServer) waitForPeers() error {
	if len(s.Nodes) == 1 {
		return nil
	}
	for _, n := range s.Nodes {
		if err := s.waitForPeersOf(n); err != nil {
			return fmt.Errorf("Cassandra on %s: %w", n.Address, err)
		}
	}
	return nil
}

func (s *CassandraServer) waitForPeersOf(n *CassandraNode) error {
	session, err := s.connect(n.Address)
	if err != nil {
		return err
	}
	defer session.Close()
	for end := time.Now().Add(startTimeout); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		var peers int
		if err := session.Query("SELECT count(*) FROM system.peers").Scan(&peers); err != nil {
			return err
		}
		if peers == len(s.Nodes)-1 {
			return nil
		}
	}
	return errors.New("it does not know all its peers")
}
