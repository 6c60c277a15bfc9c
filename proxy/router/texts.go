package router

import (
	"hash/maphash"
	"slices"
)

// texts is a persistent hash table that maps texts to values of type V. The zero value is the empty table.
//
// It stands where a text is looked up as a whole. Among 100,000 hosts a tree would wait for memory at every step down, and
// that would be most of what a match costs. The tags of a table stay in the cache of the processor, and the values lie in
// the slots themselves, so that a search waits once, for the slot that it is after.
//
// A table is copied by copying its root. update then changes the copy alone, like update of a tree.
type texts[V any] struct {
	seed   maphash.Seed
	chunks []*chunk[V]
	edit   edit // may change chunks in place
}

// chunk is the part of a table that texts with certain hashes belong to, and what is copied when one of them changes.
type chunk[V any] struct {
	tags  []uint16 // a part of each text's hash; 0 where the slot is free
	slots []slot[V]
	count int
	edit  edit // may change tags and slots in place
}

type slot[V any] struct {
	text  string
	value V
}

// Bounds on the slots of a chunk. Both are powers of two, as is the number of chunks.
const (
	leastSlots = 8
	mostSlots  = 512
)

// empty tells whether the table holds nothing.
func (t *texts[V]) empty() bool {
	return !slices.ContainsFunc(t.chunks, func(c *chunk[V]) bool { return c.count > 0 })
}

// find returns the value of text, which must not be changed, or nil.
func (t *texts[V]) find(text string) *V {
	if len(t.chunks) == 0 {
		return nil
	}
	hash := maphash.String(t.seed, text)
	c := t.chunks[t.chunkOf(hash)]
	if i := c.locate(hash, text); i >= 0 {
		return &c.slots[i].value
	}
	return nil
}

// chunkOf, slotOf and tagOf use different bits of a hash.
func (t *texts[V]) chunkOf(hash uint64) int { return int(hash>>32) & (len(t.chunks) - 1) }
func (c *chunk[V]) slotOf(hash uint64) int  { return int(hash>>16) & (len(c.tags) - 1) }
func tagOf(hash uint64) uint16              { return uint16(hash) | 1 }

// locate returns the slot of a text, or -1.
func (c *chunk[V]) locate(hash uint64, text string) int {
	tag := tagOf(hash)
	for i := c.slotOf(hash); c.tags[i] != 0; i = (i + 1) & (len(c.tags) - 1) {
		if c.tags[i] == tag && c.slots[i].text == text {
			return i
		}
	}
	return -1
}

// update lets change make the value of text another, from the zero value if there is none. If change reports false the
// table holds no value for text from then on.
func (t *texts[V]) update(e edit, text string, change func(value *V) (keep bool)) {
	if t.chunks == nil {
		t.seed = maphash.MakeSeed()
		t.resize(e, 1, leastSlots)
	}
	hash := maphash.String(t.seed, text)
	c := t.own(e, hash)
	i := c.locate(hash, text)
	if i < 0 {
		var value V
		if change(&value) {
			t.add(e, hash, slot[V]{text, value})
		}
		return
	}
	if !change(&c.slots[i].value) {
		c.remove(t.seed, i)
	}
}

// add takes in a text that is not there. A chunk always keeps free slots, at which searches end.
func (t *texts[V]) add(e edit, hash uint64, added slot[V]) {
	for {
		c := t.own(e, hash)
		if c.count < len(c.slots)-len(c.slots)/8 {
			c.put(hash, added)
			return
		}
		if len(c.slots) < mostSlots {
			t.resize(e, len(t.chunks), 2*len(c.slots))
		} else {
			t.resize(e, 2*len(t.chunks), mostSlots)
		}
	}
}

func (c *chunk[V]) put(hash uint64, added slot[V]) {
	i := c.slotOf(hash)
	for c.tags[i] != 0 {
		i = (i + 1) & (len(c.tags) - 1)
	}
	c.tags[i], c.slots[i] = tagOf(hash), added
	c.count++
}

// remove frees a slot, and puts those behind it where a search finds them.
func (c *chunk[V]) remove(seed maphash.Seed, i int) {
	c.tags[i], c.slots[i] = 0, slot[V]{}
	c.count--
	for i = (i + 1) & (len(c.tags) - 1); c.tags[i] != 0; i = (i + 1) & (len(c.tags) - 1) {
		moved := c.slots[i]
		c.tags[i], c.slots[i] = 0, slot[V]{}
		c.count--
		c.put(maphash.String(seed, moved.text), moved)
	}
}

// resize makes the chunks anew.
func (t *texts[V]) resize(e edit, chunks, slots int) {
	former := t.chunks
	t.chunks, t.edit = make([]*chunk[V], chunks), e
	for i := range t.chunks {
		t.chunks[i] = &chunk[V]{tags: make([]uint16, slots), slots: make([]slot[V], slots), edit: e}
	}
	for _, c := range former {
		for i, tag := range c.tags {
			if tag != 0 {
				t.add(e, maphash.String(t.seed, c.slots[i].text), c.slots[i])
			}
		}
	}
}

// own returns the chunk of a hash as one that e may change.
func (t *texts[V]) own(e edit, hash uint64) *chunk[V] {
	i := t.chunkOf(hash)
	if t.chunks[i].edit == e {
		return t.chunks[i]
	}
	if t.edit != e {
		t.chunks, t.edit = slices.Clone(t.chunks), e
	}
	c := *t.chunks[i]
	c.tags, c.slots, c.edit = slices.Clone(c.tags), slices.Clone(c.slots), e
	t.chunks[i] = &c
	return &c
}
