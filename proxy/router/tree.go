package router

import (
	"slices"
	"strings"
)

// node is the root of a persistent radix tree that maps texts to values of type V. The zero node is the empty tree.
//
// A tree is read by following labels: the text of a value is what the labels from the root down to it spell. The
// readers of the hot path do that themselves, with label and child.
//
// With many routes, waiting for memory is what a match costs. So children lie side by side in an array, which saves a
// pointer on every step down, and the fields are in the order in which they are read.
//
// A tree is copied by copying its root. update then changes the copy alone: it copies the arrays on its way, except
// for those that the same edit made, which nobody else can have seen.
type node[V any] struct {
	label    label // what lies between the parent and this node
	value    V
	firsts   label // the first byte of each child's label
	held     bool  // whether the tree holds a value here
	edit     edit  // may change children in place
	children []node[V]
}

// edit numbers the changes of a line of trees derived from each other. Two trees derived from the same tree may use
// the same number: neither can reach an array that the other made.
type edit uint64

// child returns the child whose label begins with first, or nil.
func (n *node[V]) child(first byte) *node[V] {
	if n.firsts.length == 0 {
		return nil
	}
	i := strings.IndexByte(n.firsts.text(), first)
	if i < 0 {
		return nil
	}
	return &n.children[i]
}

// update lets change make the value of key another, from the zero value if there is none. If change reports false the
// tree holds no value for key from then on.
func (n *node[V]) update(e edit, key string, change func(value *V) (keep bool)) {
	if n.empty() {
		*n = node[V]{label: labelOf(key), edit: e}
	}
	common := commonLength(n.label.text(), key)
	if common < int(n.label.length) {
		n.fork(e, common)
	}
	if rest := key[common:]; rest != "" {
		i := n.ownChild(e, rest[0])
		n.children[i].update(e, rest, change)
		if n.children[i].empty() {
			firsts := n.firsts.text()
			n.firsts = labelOf(firsts[:i] + firsts[i+1:])
			n.children = slices.Delete(n.children, i, i+1)
		}
	} else if n.held = change(&n.value); !n.held {
		var none V
		n.value = none
	}
	if !n.held && len(n.children) == 1 {
		n.merge()
	}
}

// empty tells whether the tree holds nothing.
func (n *node[V]) empty() bool { return !n.held && len(n.children) == 0 }

// fork makes n the parent of what it was, with the first bytes of its label.
func (n *node[V]) fork(e edit, common int) {
	lower, text := *n, strings.Clone(n.label.text())
	lower.label = labelOf(text[common:])
	*n = node[V]{label: labelOf(text[:common]), firsts: labelOf(text[common:][:1]), children: []node[V]{lower}, edit: e}
}

// merge makes n what its only child is.
func (n *node[V]) merge() {
	child := n.children[0]
	child.label = labelOf(n.label.text() + child.label.text())
	*n = child
}

// ownChild returns the index of the child whose label begins with first, as one that e may change. If there is none it
// is made.
func (n *node[V]) ownChild(e edit, first byte) int {
	firsts := n.firsts.text()
	i := strings.IndexByte(firsts, first)
	if i >= 0 && n.edit == e {
		return i
	}
	count := len(n.children)
	if i < 0 {
		i = count
		count++
		n.firsts = labelOf(firsts + string([]byte{first}))
	}
	children := make([]node[V], count)
	copy(children, n.children)
	n.children, n.edit = children, e
	return i
}

// commonLength returns how many bytes a and b have in common at their front.
func commonLength(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}
