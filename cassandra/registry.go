package cassandra

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gocql/gocql"

	"github.com/kongo-gateway/kongo/datastore"
)

// registryTable is the list of nodes. A row goes by itself when its node was not seen for registryTTL.
const (
	registryTable = own + "nodes"
	makeRegistry  = "CREATE TABLE IF NOT EXISTS " + registryTable +
		" (id uuid PRIMARY KEY, started_at timestamp, last_seen timestamp, description text)"
	registryTTL = 24 * time.Hour
)

// Announce implements datastore.Registry. The time of the announcement is that of the node which was asked for it.
func (s *Store) Announce(ctx context.Context, r datastore.NodeRecord) error {
	err := s.exec(ctx, s.eventLevel(), "INSERT INTO "+registryTable+" (id, started_at, last_seen, description)"+
		" VALUES (?, ?, toTimestamp(now()), ?) USING TTL ?", r.ID, r.StartedAt, string(r.Description), seconds(registryTTL))
	return registryFailed("announce a node", err)
}

// Nodes implements datastore.Registry.
func (s *Store) Nodes(ctx context.Context) ([]datastore.NodeRecord, time.Time, error) {
	now, err := s.Now(ctx)
	if err != nil {
		return nil, now, err
	}
	var nodes []datastore.NodeRecord
	var id gocql.UUID
	var started, seen time.Time
	var description string
	err = s.each(ctx, s.eventLevel(), []any{&id, &started, &seen, &description}, func() error {
		nodes = append(nodes, datastore.NodeRecord{
			ID: id.String(), StartedAt: started, LastSeen: seen, Description: []byte(description),
		})
		return nil
	}, "SELECT id, started_at, last_seen, description FROM "+registryTable)
	return nodes, now, registryFailed("list of nodes", err)
}

// Forget implements datastore.Registry.
func (s *Store) Forget(ctx context.Context, id string) (bool, error) {
	var found gocql.UUID
	there, err := s.one(ctx, s.eventLevel(), []any{&found}, "SELECT id FROM "+registryTable+" WHERE id = ?", id)
	if err == nil && there {
		err = s.exec(ctx, s.eventLevel(), "DELETE FROM "+registryTable+" WHERE id = ?", id)
	}
	return there, registryFailed("forget a node", err)
}

func registryFailed(what string, err error) error {
	var refused gocql.RequestError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &refused) && (refused.Code() == gocql.ErrCodeInvalid || refused.Code() == gocql.ErrCodeUnauthorized):
		return fmt.Errorf("cassandra: %s: %w: %w", what, datastore.ErrNoRegistry, err)
	}
	return fmt.Errorf("cassandra: %s: %w", what, err)
}

// writersDepth is how many events of a channel Writers looks at.
const writersDepth = 10000

// eventChannels are those that nodes of Kong write on.
var eventChannels = []string{
	datastore.ChannelInvalidations, datastore.ChannelCoreInvalidations, datastore.ChannelTargets, datastore.ChannelUpstreams,
	datastore.ChannelHealth, datastore.ChannelLogLevel, datastore.ChannelCachePurge, "clustering:push_config",
}

// Writers implements datastore.Registry. It knows the channels of Kong alone, and their newest events.
func (s *Store) Writers(ctx context.Context, after time.Time, except string) (map[string]time.Time, error) {
	writers := make(map[string]time.Time)
	for _, channel := range eventChannels {
		if channel == except {
			continue
		}
		var node gocql.UUID
		var at time.Time
		err := s.each(ctx, s.eventLevel(), []any{&node, &at}, func() error {
			if id := node.String(); writers[id].Before(at) {
				writers[id] = at
			}
			return nil
		}, "SELECT node_id, at FROM cluster_events WHERE channel = ? AND at > ? ORDER BY at DESC LIMIT ?", channel, after, writersDepth)
		if err != nil {
			return nil, fmt.Errorf("cassandra: writers of events: %w", err)
		}
	}
	return writers, nil
}
