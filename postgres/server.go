package postgres

import (
	"crypto/x509"
	"time"
)

// Server says where a database is and how its connections are used. Fields that the settings pg_* of Kong have too mean
// the same as there.
type Server struct {
	// Host is a name, an address, or the directory of a Unix socket.
	Host           string
	Port           int
	User, Password string
	Database       string
	// Schema holds the tables. "" is the one that the server chooses for the user.
	Schema string

	// TLS asks for an encrypted connection. A server that has none is talked to in the clear, as Kong does, with a warning.
	TLS bool
	// VerifyTLS demands a certificate that Roots vouch for, or the system if Roots is nil. As with Kong the name in it does not
	// matter.
	VerifyTLS bool
	Roots     *x509.CertPool

	// Timeout bounds the making of a connection, the wait for a free one, and each statement; 0 is five seconds.
	Timeout time.Duration
	// MaxQueries is how many statements run at a time; 0 is any number. SemaphoreTimeout bounds the wait of the others; 0 is a
	// minute.
	MaxQueries       int
	SemaphoreTimeout time.Duration
	// PoolSize is the number of connections; 0 is 30.
	PoolSize int
	// Backlog is how many statements may wait for a connection while all are in use; 0 is any number, less is none.
	Backlog int
	// KeepaliveTimeout is how long a connection is kept that nobody uses; 0 is a minute.
	KeepaliveTimeout time.Duration
}

// The defaults of a Server.
//
// Kong 3.9: pg_timeout, pg_semaphore_timeout and, for the pool, lua_socket_pool_size and lua_socket_keepalive_timeout.
const (
	defaultTimeout          = 5 * time.Second
	defaultSemaphoreTimeout = time.Minute
	defaultPoolSize         = 30
	defaultKeepaliveTimeout = time.Minute
)

// filled is s with its defaults.
func (s Server) filled() Server {
	if s.Timeout <= 0 {
		s.Timeout = defaultTimeout
	}
	if s.SemaphoreTimeout <= 0 {
		s.SemaphoreTimeout = defaultSemaphoreTimeout
	}
	if s.PoolSize <= 0 {
		s.PoolSize = defaultPoolSize
	}
	if s.KeepaliveTimeout <= 0 {
		s.KeepaliveTimeout = defaultKeepaliveTimeout
	}
	return s
}
