package cluster

import "slices"

// precedes reports whether a node was started later on the same host, at an address that this one had.
func (n *Node) precedes(later *Node) bool {
	return n.Hostname == later.Hostname && !n.started.IsZero() && n.started.Before(later.started) &&
		slices.ContainsFunc(later.Listen, func(address string) bool { return slices.Contains(n.Listen, address) })
}

// markReplaced finds the nodes whose addresses another process has, such as those that crashed and were started again: they
// are not live any more, however short ago they were seen. Hosts can have the same name and containers the same addresses, so
// one that was seen since the other's start goes on beside it.
func (l *List) markReplaced() {
	for i := range l.Data {
		n := &l.Data[i]
		n.replaced = slices.ContainsFunc(l.Data, func(other Node) bool { return n.precedes(&other) && !n.seen.After(other.started) })
		if n.replaced {
			n.Live = false
			n.name()
		}
	}
}
