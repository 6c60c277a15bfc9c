package testenv

import (
	"testing"
)

func TestCassandraIsSharedAndTakesStatements(t *testing.T) {
	server := Cassandra(t)
	if Cassandra(t) != server {
		t.Error("a package has two shared servers")
	}
	session := server.Session(t)
	keyspace := server.Keyspace()
	for _, statement := range []string{
		"CREATE KEYSPACE " + keyspace + " WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}",
		"CREATE TABLE " + keyspace + ".kept (n int PRIMARY KEY)",
		"INSERT INTO " + keyspace + ".kept (n) VALUES (7)",
	} {
		if err := session.Query(statement).Exec(); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	var n int
	if err := session.Query("SELECT n FROM " + keyspace + ".kept").Scan(&n); err != nil || n != 7 {
		t.Errorf("read %d: %v", n, err)
	}
}

func TestCassandraKeepsItsDataWhenKilled(t *testing.T) {
	server := StartCassandra(t, CassandraOptions{})
	keyspace := server.Keyspace()
	session := server.Session(t)
	for _, statement := range []string{
		"CREATE KEYSPACE " + keyspace + " WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}",
		"CREATE TABLE " + keyspace + ".kept (n int PRIMARY KEY)",
		"INSERT INTO " + keyspace + ".kept (n) VALUES (7)",
	} {
		if err := session.Query(statement).Exec(); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	server.Nodes[0].Kill(t)
	server.Nodes[0].Start(t)
	var n int
	if err := server.Session(t).Query("SELECT n FROM " + keyspace + ".kept").Scan(&n); err != nil || n != 7 {
		t.Errorf("read %d: %v", n, err)
	}
}

func TestRingTokensShareTheRing(t *testing.T) {
	for i, want := range []string{"-9223372036854775808", "-3074457345618258602", "3074457345618258604"} {
		if got := ringToken(i, 3); got != want {
			t.Errorf("token %d of 3 is %s, want %s", i, got, want)
		}
	}
	if got := ringToken(0, 1); got != "-9223372036854775808" {
		t.Errorf("the only token is %s", got)
	}
}
