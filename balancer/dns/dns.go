package dns

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"
)

// Type is the type of the records of an answer.
type Type uint8

// The record types that carry addresses.
const (
	A Type = iota + 1
	AAAA
)

// String returns the name of the type as it is written in a zone file.
func (t Type) String() string {
	switch t {
	case A:
		return "A"
	case AAAA:
		return "AAAA"
	}
	return fmt.Sprintf("TYPE(%d)", uint8(t))
}

// typeOf returns the type of the record that would hold the address.
func typeOf(addr netip.Addr) Type {
	if addr.Is4() {
		return A
	}
	return AAAA
}

// UnknownTTL is the TTL of an answer whose source cannot tell how long it is valid.
const UnknownTTL time.Duration = -1

// foreverTTL is the TTL of answers that no query brings anew: literals and hosts file entries.
// Kong 3.9: DNS client, hosts file entries are valid for 10 years.
const foreverTTL = 10 * 365 * 24 * time.Hour

// Answer holds the addresses of a name. It always has at least one.
type Answer struct {
	Type  Type
	Addrs []netip.Addr // in the order of the source; shared, not to be modified
	// TTL is how long the answer stays valid from now on. A Client answers 0 for one past its time that is being
	// renewed; other resolvers may answer UnknownTTL.
	TTL time.Duration
}

// Resolver finds the addresses of a name. It is safe for concurrent use.
type Resolver interface {
	// Lookup returns the addresses of name, which is a host name or an address literal. It returns when it has an answer
	// or ctx is done. Its errors are of type *Error; they match ErrNotFound when the name has no address.
	Lookup(ctx context.Context, name string) (Answer, error)
}

// ErrNotFound says that the name does not exist or has no address of the types asked for.
// Kong 3.9: DNS client, text of error 3.
var ErrNotFound = errors.New("dns server error: 3 name error")

// ErrClosed is the failure of every lookup after Client.Close that would need a query.
var ErrClosed = errors.New("dns client is closed")

// Error says that a name could not be resolved.
type Error struct {
	Name string
	Err  error // ErrNotFound, or what went wrong on the way
}

func (e *Error) Error() string { return fmt.Sprintf("resolve %s: %v", e.Name, e.Err) }

func (e *Error) Unwrap() error { return e.Err }
