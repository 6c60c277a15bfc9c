package cluster

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/kongo-gateway/kongo/datastore"
)

// Nodes returns the nodes that share the store, the live ones or all. While the store is away it is what was known last, with
// a warning.
func (m *Member) Nodes(ctx context.Context, all bool) List {
	ctx, cancel := context.WithTimeout(ctx, announceTimeout)
	defer cancel()
	list, err := m.view.Nodes(ctx, true)
	if err == nil {
		m.mu.Lock()
		m.known = list
		m.mu.Unlock()
	} else {
		m.mu.Lock()
		list = m.known
		m.mu.Unlock()
		list.Warning = fmt.Sprintf("the datastore can't be reached, these are the nodes it listed last: %v", err)
	}
	m.addSelf(&list)
	return list.filtered(all)
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
	now := m.opts.Clock()
	self := newNode(m.ID(), m.opts.Feed.Start(), now, now, &m.entry)
	kept := []Node{self}
	for _, n := range list.Data {
		if n.ID != self.ID {
			kept = append(kept, n)
		}
	}
	list.Data = kept
}

// Live returns how many nodes share the store, this one among them. One that is about to end because another has taken its
// place does not count.
func (m *Member) Live(ctx context.Context) int {
	list := m.Nodes(ctx, false)
	live := 0
	for i := range list.Data {
		if !list.Data[i].replaced(list.Data) {
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
