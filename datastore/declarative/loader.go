package declarative

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/memory"
)

// The reasons for which a Loader does not even look at a configuration.
var (
	ErrBusy   = errors.New("Currently loading previous configuration")
	ErrClosed = errors.New("Kong currently exiting")
)

// Loader brings configurations into force on a node without a database. It is safe for concurrent use.
type Loader struct {
	parser *Parser
	store  *memory.Store
	feed   *datastore.Feed

	loading   sync.Mutex // held while a configuration is on its way
	releasing sync.WaitGroup
	closed    atomic.Bool
	hash      atomic.Pointer[string]
}

// NewLoader returns a loader for a store, which is empty. Feed tells those who have to know of a change.
func NewLoader(parser *Parser, store *memory.Store, feed *datastore.Feed) *Loader {
	l := &Loader{parser: parser, store: store, feed: feed}
	empty := NoHash
	l.hash.Store(&empty)
	return l
}

// Load replaces what is in force by what a source says, and returns when everybody on this node goes by it. One
// configuration is loaded at a time: others get ErrBusy meanwhile. Whatever the error is, the configuration before stays:
// an *Error for a source that is no configuration, that of ctx if it is done before the change, ErrClosed.
func (l *Loader) Load(ctx context.Context, s Source) (*Config, error) {
	if !l.loading.TryLock() {
		return nil, ErrBusy
	}
	defer l.loading.Unlock()
	if l.closed.Load() {
		return nil, ErrClosed
	}
	config, err := l.parser.Parse(s)
	if err != nil {
		return nil, err
	}
	if err := config.replace(ctx, l.store); err != nil {
		return nil, fmt.Errorf("load a declarative configuration: %w", err)
	}
	l.hash.Store(&config.Hash)
	l.feed.Everything(context.WithoutCancel(ctx)) // there is no way back
	if config.entities() > largeConfig {
		l.releasing.Go(debug.FreeOSMemory)
	}
	return config, nil
}

// largeConfig is the number of entities from which on the memory that reading them took is worth giving back at once. It is
// several times what they take in the end, and would stay with the process for minutes.
const largeConfig = 1000

// Hash is that of the configuration in force.
func (l *Loader) Hash() string { return *l.hash.Load() }

// NotReady says why a node with this configuration should not get traffic, "" if nothing speaks against it.
//
// Kong 3.9: status listener.
func (l *Loader) NotReady() string {
	if l.Hash() == NoHash {
		return "no configuration available (empty configuration present)"
	}
	return ""
}

// Close waits for a configuration that is being loaded and refuses further ones.
func (l *Loader) Close() error {
	l.closed.Store(true)
	l.loading.Lock()
	defer l.loading.Unlock()
	l.releasing.Wait()
	return nil
}
