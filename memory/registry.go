package memory

import (
	"context"
	"sync"
	"time"

	"github.com/kongo-gateway/kongo/datastore"
)

// registry is the list of the nodes in this process.
type registry struct {
	mu    sync.Mutex
	nodes map[string]datastore.NodeRecord
}

// Announce implements datastore.Registry.
func (s *Store) Announce(ctx context.Context, r datastore.NodeRecord) error {
	now, err := s.Now(ctx)
	if err != nil {
		return err
	}
	s.registry.mu.Lock()
	defer s.registry.mu.Unlock()
	if s.registry.nodes == nil {
		s.registry.nodes = make(map[string]datastore.NodeRecord)
	}
	if before, ok := s.registry.nodes[r.ID]; ok {
		r.StartedAt = before.StartedAt
	}
	r.LastSeen = now
	s.registry.nodes[r.ID] = r
	return nil
}

// Nodes implements datastore.Registry.
func (s *Store) Nodes(ctx context.Context) ([]datastore.NodeRecord, time.Time, error) {
	now, err := s.Now(ctx)
	if err != nil {
		return nil, now, err
	}
	s.registry.mu.Lock()
	defer s.registry.mu.Unlock()
	nodes := make([]datastore.NodeRecord, 0, len(s.registry.nodes))
	for _, r := range s.registry.nodes {
		nodes = append(nodes, r)
	}
	return nodes, now, nil
}

// Forget implements datastore.Registry.
func (s *Store) Forget(ctx context.Context, id string) (bool, error) {
	if err := alive(ctx, "forget a node"); err != nil {
		return false, err
	}
	s.registry.mu.Lock()
	defer s.registry.mu.Unlock()
	_, found := s.registry.nodes[id]
	delete(s.registry.nodes, id)
	return found, nil
}

// Writers implements datastore.Registry.
func (s *Store) Writers(ctx context.Context, after time.Time, except string) (map[string]time.Time, error) {
	if err := alive(ctx, "writers of events"); err != nil {
		return nil, err
	}
	s.events.mu.Lock()
	defer s.events.mu.Unlock()
	writers := make(map[string]time.Time)
	for _, e := range s.events.all {
		if e.At.After(after) && e.Channel != except {
			writers[e.Node] = e.At
		}
	}
	return writers, nil
}
