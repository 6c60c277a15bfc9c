package postgres

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/kongo-gateway/kongo/datastore"
)

// insertEvent stores an event in the form in which Kong nodes read it. The times are the database's, to the millisecond.
//
// Kong 3.9: cluster events, rows.
const insertEvent = `INSERT INTO cluster_events (id, node_id, at, nbf, expire_at, channel, data)
VALUES ($1, $2, CURRENT_TIMESTAMP(3), CURRENT_TIMESTAMP(3) + make_interval(secs => $3),
	CURRENT_TIMESTAMP(3) + make_interval(secs => $4), $5, $6)`

// Publish implements datastore.EventStore. Each event is a statement of its own, and committed with it: the time of an event
// is the moment at which its transaction began, and a reader would pass by what is committed late. Delay and ttl count in
// whole seconds.
func (s *Store) Publish(ctx context.Context, node string, events []datastore.Event, delay, ttl time.Duration) error {
	var wait any
	if delay > 0 {
		wait = int64(delay / time.Second)
	}
	for _, e := range events {
		_, err := s.database.writer.exec(ctx, insertEvent, s.eventIDs.next(), node, wait, int64(ttl/time.Second), e.Channel, e.Data)
		if err != nil {
			return fmt.Errorf("postgres: publish on %s: %w", e.Channel, err)
		}
	}
	return nil
}

// eventIDs makes ids in ascending order, which is how Events orders what happened in the same millisecond. They have the form
// of random ids and are as good as random, but begin with a clock that never stands still.
type eventIDs struct{ last atomic.Int64 }

func (ids *eventIDs) next() string {
	var tick int64
	for {
		last := ids.last.Load()
		if tick = max(time.Now().UnixMicro()>>4, last+1); ids.last.CompareAndSwap(last, tick) {
			break
		}
	}
	id := uuid.New()
	var clock [8]byte
	binary.BigEndian.PutUint64(clock[:], uint64(tick))
	copy(id[:6], clock[2:])
	return id.String()
}

// selectEvents yields at least one row, which has the present time.
const selectEvents = `SELECT extract(epoch FROM n.now), e.id, e.node_id, extract(epoch FROM e.at), extract(epoch FROM e.nbf), e.channel, e.data
FROM (SELECT CURRENT_TIMESTAMP(3) AS now) AS n
LEFT JOIN cluster_events AS e ON e.channel = ANY($1) AND e.at > to_timestamp($2::double precision) AND e.at <= n.now
ORDER BY e.at, e.id`

// Events implements datastore.EventStore.
func (s *Store) Events(
	ctx context.Context, channels []string, after time.Time,
) (events []datastore.StoredEvent, now time.Time, err error) {
	err = s.database.query(ctx, func(c cells) error {
		var err error
		if now, err = moment(c[0]); err != nil || c[1] == nil {
			return err
		}
		e := datastore.StoredEvent{
			Event: datastore.Event{Channel: string(c[5]), Data: string(c[6])},
			ID:    string(c[1]), Node: string(c[2]),
		}
		if e.At, err = moment(c[3]); err != nil {
			return err
		}
		e.NotBefore, err = moment(c[4])
		events = append(events, e)
		return err
	}, selectEvents, channels, float64(after.UnixMicro())/1e6)
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("postgres: events: %w", err)
	}
	return events, now, nil
}

// presentTime is, on a replica, the moment up to which it knows what happened.
const presentTime = `SELECT extract(epoch FROM CASE WHEN pg_is_in_recovery()
	THEN least(CURRENT_TIMESTAMP(3), pg_last_xact_replay_timestamp()) ELSE CURRENT_TIMESTAMP(3) END)`

// Now implements datastore.EventStore.
func (s *Store) Now(ctx context.Context) (now time.Time, err error) {
	err = s.database.query(ctx, func(c cells) (err error) {
		now, err = moment(c[0])
		return err
	}, presentTime)
	if err != nil {
		return time.Time{}, fmt.Errorf("postgres: present time: %w", err)
	}
	return now, nil
}

// moment reads seconds since 1970, to the microsecond; NULL is the zero time.
func moment(cell []byte) (time.Time, error) {
	if cell == nil {
		return time.Time{}, nil
	}
	seconds, err := strconv.ParseFloat(string(cell), 64)
	if err != nil {
		return time.Time{}, err
	}
	return time.UnixMicro(int64(math.Round(seconds * 1e6))), nil
}
