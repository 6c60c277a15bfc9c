package node

import (
	"context"
	"encoding/json"
	"time"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/telemetry"
)

// followLogLevel does what the log-level endpoint of another node asks of the whole cluster. Kong 3.9: cluster events,
// log_level.
func (n *Node) followLogLevel(_ context.Context, events []datastore.Event) {
	for _, e := range events {
		if e.Channel != datastore.ChannelLogLevel {
			continue // anything may have changed, which says nothing of the level
		}
		var change struct {
			Level   int `json:"log_level"`
			Timeout int `json:"timeout"` // seconds, 0 for ever
		}
		err := json.Unmarshal([]byte(e.Data), &change)
		level, ok := telemetry.LevelOfNumber(change.Level)
		if err != nil || !ok || change.Timeout < 0 {
			n.log.Warn("another node asks for a log level that is none", "event", e.Data)
			continue
		}
		n.logs.threshold.Set(level, time.Duration(change.Timeout)*time.Second)
	}
}
