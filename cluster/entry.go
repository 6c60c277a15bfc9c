package cluster

import (
	"encoding/json"
	"time"

	"github.com/kongo-gateway/kongo/datastore"
)

// Kinds of nodes. A hidden entry is one that says: whatever this id has published, it is no node to be listed. Commands that
// change entities leave it behind, and so does whoever forgets a node.
const (
	KindKongo  = "kongo"
	KindKong   = "kong"
	kindHidden = "hidden"
)

// entry is what a member tells of itself in the list.
type entry struct {
	Kind     string   `json:"kind"`
	Hostname string   `json:"hostname,omitempty"`
	Version  string   `json:"version,omitempty"`
	Proxy    []string `json:"proxy,omitempty"`
	Admin    []string `json:"admin,omitempty"`
	Status   []string `json:"status,omitempty"`
	Settings Settings `json:"settings,omitempty"`

	// Frequency and Propagation are in milliseconds.
	Frequency   int64 `json:"frequency,omitempty"`
	Propagation int64 `json:"propagation,omitempty"`

	ConfigHash string `json:"config_hash,omitempty"`
	// Polled is the moment up to which events were read, in milliseconds since 1970; Lag and ClockOffset are milliseconds.
	Polled      int64 `json:"polled,omitempty"`
	Lag         int64 `json:"lag,omitempty"`
	ClockOffset int64 `json:"clock_offset,omitempty"`
	// Probes are the newest probes that the member has seen.
	Probes []string `json:"probes,omitempty"`
	// Left says that the node has ended on purpose.
	Left bool `json:"left,omitempty"`
}

func (e *entry) record(id string, started time.Time) (datastore.NodeRecord, error) {
	text, err := json.Marshal(e)
	return datastore.NodeRecord{ID: id, StartedAt: started, Description: text}, err
}

// parseEntry reads an entry. One that a kongo of the future wrote in another way is read as far as it can be.
func parseEntry(r datastore.NodeRecord) entry {
	e := entry{Kind: KindKongo}
	_ = json.Unmarshal(r.Description, &e)
	return e
}

func (e *entry) frequency() time.Duration { return time.Duration(e.Frequency) * time.Millisecond }

// leastPatience is how long a node may go unseen at least before it counts as failed.
const leastPatience = 5 * time.Second

// patience is how long a member may go unseen and still be live: three intervals.
func (e *entry) patience() time.Duration { return max(3*e.frequency(), leastPatience) }

// live reports whether a member is there: it was seen not long ago, and has not left.
func (e *entry) live(seen, now time.Time) bool { return !e.Left && now.Sub(seen) <= e.patience() }
