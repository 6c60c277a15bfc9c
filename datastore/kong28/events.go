package kong28

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/kongo-gateway/kongo/datastore"
)

// betaVaults is the table of vaults, and what their keys begin with.
const betaVaults = "vaults_beta"

// Publish implements datastore.EventStore.
//
// Kong 2.8: cluster events.
func (s *store) Publish(ctx context.Context, node string, events []datastore.Event, delay, ttl time.Duration) error {
	var old []datastore.Event
	for _, e := range events {
		old = append(old, s.downgraded(e)...)
	}
	return s.Store.Publish(ctx, node, old, delay, ttl)
}

func (s *store) downgraded(e datastore.Event) []datastore.Event {
	if e.Channel != datastore.ChannelCoreInvalidations {
		return []datastore.Event{e}
	}
	e.Channel = datastore.ChannelInvalidations
	entity, rest, _ := strings.Cut(e.Data, ":")
	switch entity {
	case "vaults":
		e.Data = betaVaults + ":" + rest + s.workspace
	case "certificates":
		// The certificate itself is remembered under a shorter key.
		id, _, _ := strings.Cut(rest, ":")
		return []datastore.Event{e, {Channel: e.Channel, Data: entity + ":" + id}}
	}
	return []datastore.Event{e}
}

// Events implements datastore.EventStore.
func (s *store) Events(
	ctx context.Context, channels []string, after time.Time,
) ([]datastore.StoredEvent, time.Time, error) {
	if slices.Contains(channels, datastore.ChannelCoreInvalidations) {
		channels = append(slices.Clip(channels), datastore.ChannelInvalidations)
	}
	events, now, err := s.Store.Events(ctx, channels, after)
	for i := range events {
		events[i].Event = s.upgraded(events[i].Event)
	}
	return events, now, err
}

func (s *store) upgraded(e datastore.Event) datastore.Event {
	if e.Channel != datastore.ChannelInvalidations {
		return e
	}
	entity, rest, _ := strings.Cut(e.Data, ":")
	if entity == betaVaults {
		entity = "vaults"
		e.Data = entity + ":" + strings.TrimSuffix(rest, s.workspace)
	}
	if s.core[entity] || rest == "version" {
		e.Channel = datastore.ChannelCoreInvalidations
	}
	return e
}
