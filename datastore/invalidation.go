package datastore

import (
	"slices"
	"strings"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

// Operation names what happened to a row, in the words of balancer events.
type Operation string

// The operations.
const (
	Created Operation = "create"
	Updated Operation = "update"
	Deleted Operation = "delete"
)

// change is one committed change of one row. Old is nil for Created, New for Deleted.
type change struct {
	entity   *schema.Entity
	op       Operation
	old, new Document
	ws       string
}

// row is the row after the change, or the one that is gone.
func (c change) row() Document {
	if c.new != nil {
		return c.new
	}
	return c.old
}

// events lists what other nodes must be told of c, in the form in which real Kong nodes act on it. Creations are told too,
// because nodes remember what they did not find.
//
// Kong 3.9: cluster events, rows written per change.
func (c change) events() []Event {
	events := c.keys()
	switch c.entity.Name {
	case "services":
		if c.op == Updated {
			events = append(events, coreKey("router:version"))
		}
	case "routes":
		events = append(events, coreKey("router:version"))
	case "plugins":
		events = append(events, coreKey("plugins_iterator:version"))
	case "upstreams":
		row := c.row()
		name, _ := row["name"].(string)
		data := strings.Join([]string{string(c.op), c.ws, DocumentID(row), name}, ":")
		events = append(events, Event{Channel: ChannelUpstreams, Data: data})
	case "targets":
		data := string(c.op) + ":" + ForeignID(c.row(), "upstream")
		events = append(events, Event{Channel: ChannelTargets, Data: data})
	}
	return events
}

// keys are the names under which caches know the row, before and after.
func (c change) keys() []Event {
	channel := ChannelInvalidations
	if c.entity.CoreCache {
		channel = ChannelCoreInvalidations
	}
	keys := append([]string{CacheKey(c.entity, c.row(), c.ws)}, aliases(c.entity, c.row(), c.ws)...)
	if c.op == Updated {
		keys = append(keys, CacheKey(c.entity, c.old, c.ws))
		keys = append(keys, aliases(c.entity, c.old, c.ws)...)
	}
	var events []Event
	for i, key := range keys {
		if !slices.Contains(keys[:i], key) {
			events = append(events, Event{Channel: channel, Data: key})
		}
	}
	return events
}

// aliases are the names beside the cache key under which nodes look a row up.
func aliases(e *schema.Entity, row Document, ws string) []string {
	switch e.Name {
	case "consumers":
		if username := keyValue(e, row, "username"); username != "" {
			return []string{cacheKey(e.Name, ws, username)}
		}
	case "snis":
		return sniAliases(keyValue(e, row, "name"))
	}
	return nil
}

// sniAliases are a server name and the wildcards that cover it: with the first label replaced, if two are left, and with
// the last one replaced. A wildcard stands for itself.
func sniAliases(name string) []string {
	names := []string{"snis:" + name}
	if strings.Contains(name, "*") {
		return names
	}
	if first := strings.IndexByte(name, '.'); first > 0 && strings.Contains(name[first+1:], ".") {
		names = append(names, "snis:*"+name[first:])
	}
	if last := strings.LastIndexByte(name, '.'); last > 0 {
		names = append(names, "snis:"+name[:last]+".*")
	}
	return names
}

func coreKey(key string) Event { return Event{Channel: ChannelCoreInvalidations, Data: key} }
