package cluster

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/kongo-gateway/kongo/datastore"
)

// Nodes returns the nodes that share the store, the live ones or all. While the store is away it is what was known last, with
// a warning.
func (m *Member) Nodes(ctx context.Context, all bool) List {
	ctx, cancel := context.WithTimeout(ctx, announceTimeout)
	defer cancel()
	list, err := m.look(ctx)
	if err != nil {
		list.Warning = fmt.Sprintf("the datastore can't be reached, these are the nodes it listed last: %v", err)
	}
	m.addSelf(&list)
	return list.filtered(all)
}

// look reads the list and remembers it. On an error it returns the last one that was read.
func (m *Member) look(ctx context.Context) (List, error) {
	list, err := m.view.Nodes(ctx, true)
	m.mu.Lock()
	defer m.mu.Unlock()
	if err == nil {
		m.known = list
	}
	return m.known, err
}

// addSelf adds this node where the store has no list.
func (m *Member) addSelf(list *List) {
	for i := range list.Data {
		if list.Data[i].ID == m.ID() && list.Data[i].Kind == KindKongo {
			return
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	now, own := m.opts.Clock(), m.entry
	self := newNode(m.ID(), m.opts.Feed.Start(), now, now, &own)
	kept := []Node{self}
	for _, n := range list.Data {
		if n.ID != self.ID {
			kept = append(kept, n)
		}
	}
	list.Data = kept
}

// Live returns how many nodes share the store, this one among them. The one whose place this one takes does not count, though
// it may be about to finish what it does.
func (m *Member) Live(ctx context.Context) int {
	list := m.Nodes(ctx, false)
	self := slices.IndexFunc(list.Data, func(n Node) bool { return n.ID == m.ID() })
	if !m.opts.Self.Replaces || self < 0 {
		return list.Total
	}
	live := 0
	for i := range list.Data {
		if !list.Data[i].precedes(&list.Data[self]) {
			live++
		}
	}
	return live
}

// Forget takes a node off the list and reports whether it was there. A live one comes back by itself.
func (m *Member) Forget(ctx context.Context, id string) (bool, error) { return m.view.Forget(ctx, id) }

// Hide makes sure that whoever has published events under an id, and is no node, is not taken for one.
func Hide(ctx context.Context, store datastore.Store, id string) error {
	record, err := (&entry{Kind: kindHidden}).record(id, time.Now())
	if err == nil {
		err = store.Announce(ctx, record)
	}
	if errors.Is(err, datastore.ErrNoRegistry) {
		return nil
	}
	return err
}
