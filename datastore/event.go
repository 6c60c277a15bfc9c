package datastore

import (
	"strings"
	"time"
)

// The channels on which nodes publish.
//
// Kong 3.9: cluster events. Since 3.7 the keys of core entities have a channel of their own.
const (
	ChannelInvalidations     = "invalidations"
	ChannelCoreInvalidations = "invalidations_kong_core_db_cache"
	ChannelTargets           = "balancer:targets"
	ChannelUpstreams         = "balancer:upstreams"
	ChannelHealth            = "balancer:post_health"
	ChannelLogLevel          = "log_level"
	ChannelCachePurge        = "proxy-cache:purge"
)

// Event tells other nodes of something. Data is always plain text.
type Event struct {
	Channel string
	Data    string
}

// Concerns reports whether the event may tell of a change to rows of the entity called name.
//
// Kong 3.9: cluster events, cache keys.
func (e Event) Concerns(name string) bool {
	switch e.Channel {
	case ChannelEverything:
		return true
	case ChannelTargets:
		return name == "targets"
	case ChannelUpstreams:
		return name == "upstreams"
	}
	return strings.HasPrefix(e.Data, name+":")
}

// StoredEvent is an event as a store returns it.
type StoredEvent struct {
	Event
	ID   string
	Node string
	At   time.Time
	// NotBefore is the moment from which the event may be acted on, zero for at once.
	NotBefore time.Time
}
