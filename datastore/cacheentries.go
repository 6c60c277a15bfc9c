package datastore

import (
	"container/list"
	"strings"
	"time"
)

// entries are the values of a cache by name. They take up a bounded number of bytes: the value that was not used for the
// longest time makes room for a new one.
type entries struct {
	byName map[string]*list.Element
	order  *list.List // of *entry, the one used last in front
	size   int64
	limit  int64
}

type entry struct {
	name    string
	value   any
	expires time.Time // zero for never
	size    int64
}

func (e *entry) fresh(now time.Time) bool { return e.expires.IsZero() || now.Before(e.expires) }

func newEntries(limit int64) entries {
	return entries{byName: make(map[string]*list.Element), order: list.New(), limit: limit}
}

// use returns the entry with a name, fresh or not, or nil.
func (s *entries) use(name string) *entry {
	element := s.byName[name]
	if element == nil {
		return nil
	}
	s.order.MoveToFront(element)
	return element.Value.(*entry)
}

// put adds a value or replaces the one with its name. A ttl of 0 is for ever. What takes up more than there is room for is
// not kept.
func (s *entries) put(name string, value any, ttl time.Duration) {
	s.remove(name)
	e := &entry{name: name, value: value, size: entryOverhead + int64(len(name)) + sizeOf(value)}
	if ttl > 0 {
		e.expires = time.Now().Add(ttl)
	}
	if e.size > s.limit {
		return
	}
	s.byName[name] = s.order.PushFront(e)
	for s.size += e.size; s.size > s.limit; {
		s.remove(s.order.Back().Value.(*entry).name)
	}
}

func (s *entries) remove(name string) {
	if element := s.byName[name]; element != nil {
		s.size -= s.order.Remove(element).(*entry).size
		delete(s.byName, name)
	}
}

// removeAll removes the entries whose names begin with a prefix.
func (s *entries) removeAll(prefix string) {
	for name := range s.byName {
		if strings.HasPrefix(name, prefix) {
			s.remove(name)
		}
	}
}

// About how many bytes things take up beside their text: an entry with its place in the map and in the list, and a member of
// a document or list.
const (
	entryOverhead  = 200
	memberOverhead = 48
)

// sizeOf is about how many bytes a value takes up.
func sizeOf(v any) int64 {
	switch v := v.(type) {
	case string:
		return int64(len(v))
	case []any:
		var size int64
		for _, element := range v {
			size += memberOverhead + sizeOf(element)
		}
		return size
	case []Document:
		var size int64
		for _, row := range v {
			size += memberOverhead + sizeOf(row)
		}
		return size
	case Document:
		var size int64
		for name, member := range v {
			size += memberOverhead + int64(len(name)) + sizeOf(member)
		}
		return size
	}
	return 0
}
