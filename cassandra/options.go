package cassandra

import (
	"crypto/tls"
	"log/slog"
	"time"

	"github.com/gocql/gocql"
)

// Options say where a keyspace is and how it is used. They follow the settings of kong.conf that begin with cassandra_.
type Options struct {
	// ContactPoints are names or addresses without ports. The other nodes are learned from those that answer.
	ContactPoints []string
	Port          int
	Keyspace      string
	// Username and Password are used if both are set.
	Username, Password string
	// TLS is nil for plain connections. The name to verify is that of the contact point unless ServerName is set.
	TLS *tls.Config
	// Timeout bounds the opening of a connection and each request. 0 means DefaultTimeout.
	Timeout time.Duration
	// ReadConsistency and WriteConsistency are the names of consistency levels, such as LOCAL_QUORUM. What kongo writes, and
	// what it reads in order to write, has at least a quorum: see the package's documentation.
	ReadConsistency, WriteConsistency string
	// Policy is RoundRobin, RequestRoundRobin, DCAwareRoundRobin or RequestDCAwareRoundRobin. The last two need LocalDataCenter.
	Policy          string
	LocalDataCenter string
	// Refresh is the time between two attempts to reach nodes that are down, if it is less than usual. What nodes there are, the
	// servers tell by themselves.
	Refresh time.Duration
	// Replication is how a keyspace is made that is not there.
	Replication Replication
	// SchemaAgreement bounds the wait for all nodes to have the same tables after a change of them.
	SchemaAgreement time.Duration
	// Log is told of what goes wrong in the background; nil for nobody.
	Log *slog.Logger
	// Observe, if it is not nil, is called after every request, by any number of goroutines.
	Observe func(Request)
}

// Request is one request to a server, as Options.Observe is told of it.
type Request struct {
	// Statement is the text of the statement, or of all statements of a batch, one in a line.
	Statement string
	// Rows is the number of rows that came back.
	Rows int
	// Node is the address of the node that was asked.
	Node string
	Took time.Duration
	Err  error
}

// DefaultTimeout is that of Kong 2.8.
const DefaultTimeout = 5 * time.Second

// usualRefresh is the time between two attempts to reach a node that is down.
const usualRefresh = 5 * time.Second

func (o *Options) refresh() time.Duration {
	if o.Refresh > 0 {
		return min(o.Refresh, usualRefresh)
	}
	return usualRefresh
}

func (o *Options) timeout() time.Duration {
	if o.Timeout > 0 {
		return o.Timeout
	}
	return DefaultTimeout
}

// local reports whether only the local data center is to be asked.
func (o *Options) local() bool {
	return o.Policy == "DCAwareRoundRobin" || o.Policy == "RequestDCAwareRoundRobin"
}

// pinned reports whether all that one call of a method asks goes to the same node.
func (o *Options) pinned() bool {
	return o.Policy == "" || o.Policy == "RequestRoundRobin" || o.Policy == "RequestDCAwareRoundRobin"
}

// consistencies are the levels of requests.
type consistencies struct {
	// read is for what is only shown or used, quorum for what a write is decided by, write for the write itself.
	read, quorum, write gocql.Consistency
	serial              gocql.SerialConsistency
}

// levels works out the consistency levels. Lightweight transactions need a quorum of replicas in any case: asking less of
// the statements around them would cost the guarantees, and make nothing possible that otherwise is not.
func (o *Options) levels() (consistencies, error) {
	c := consistencies{quorum: gocql.Quorum, serial: gocql.Serial}
	if o.local() {
		c.quorum, c.serial = gocql.LocalQuorum, gocql.LocalSerial
	}
	var err error
	if c.read, err = parseConsistency(o.ReadConsistency); err != nil {
		return c, err
	}
	if c.write, err = parseConsistency(o.WriteConsistency); err != nil {
		return c, err
	}
	switch c.write {
	case gocql.One, gocql.Two, gocql.Three, gocql.LocalOne:
		c.write = c.quorum
	case gocql.LocalQuorum:
		if !o.local() {
			c.write = gocql.Quorum
		}
	}
	return c, nil
}

func parseConsistency(name string) (gocql.Consistency, error) {
	if name == "" {
		return gocql.One, nil
	}
	var level gocql.Consistency
	err := level.UnmarshalText([]byte(name))
	return level, err
}
