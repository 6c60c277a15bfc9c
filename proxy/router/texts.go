package router

import (
	"hash/maphash"
	"math/bits"
	"slices"
)

// texts is a persistent hash table that maps texts to values of type V. The zero value is the empty table.
//
// It stands where a text is looked up as a whole. Among 100,000 hosts a tree would wait for memory at every step down, and
// that would be most of what a match costs. Where a text may be in a table follows from its hash, and the values lie in the
// slots themselves, so that a search waits about once.
//
// A table is copied by copying its root. update then changes the copy alone, like update of a tree.
type texts[V any] struct {
	seed   maphash.Seed
	chunks []*chunk[V]
	edit   edit // may change chunks in place
}

// chunk is the part of a table that texts with certain hashes belong to, and what is copied when one of them changes.
type chunk[V any] struct {
	slots []slot[V]
	count int
	edit  edit // may change slots in place
}

type slot[V any] struct {
	hash  uint64 // of text; 0 where the slot is free
	text  label
	value V
}

// Bounds on the slots of a chunk, the number of which is a power of two.
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
	hash := t.hash(text)
	c := t.chunks[t.chunkOf(hash)]
	if i := c.locate(hash, text); i >= 0 {
		return &c.slots[i].value
	}
	return nil
}

func (t *texts[V]) hash(text string) uint64 { return maphash.String(t.seed, text) | 1 }

// chunkOf and slotOf use different bits of a hash.
func (t *texts[V]) chunkOf(hash uint64) int {
	i, _ := bits.Mul64(hash, uint64(len(t.chunks)))
	return int(i)
}

func (c *chunk[V]) slotOf(hash uint64) int { return int(hash>>1) & (len(c.slots) - 1) }

// locate returns the slot of a text, or -1.
func (c *chunk[V]) locate(hash uint64, text string) int {
	for i := c.slotOf(hash); c.slots[i].hash != 0; i = (i + 1) & (len(c.slots) - 1) {
		if c.slots[i].hash == hash && c.slots[i].text.text() == text {
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
	hash := t.hash(text)
	c := t.own(e, hash)
	i := c.locate(hash, text)
	if i < 0 {
		added := slot[V]{hash: hash, text: labelOf(text)}
		if change(&added.value) {
			t.add(e, added)
		}
		return
	}
	if !change(&c.slots[i].value) {
		c.remove(i)
	}
}

// add takes in a text that is not there. A chunk always keeps free slots: searches end there, and are short.
func (t *texts[V]) add(e edit, added slot[V]) {
	for {
		c := t.own(e, added.hash)
		if c.count < len(c.slots)-len(c.slots)/4 {
			c.put(added)
			return
		}
		if len(c.slots) < mostSlots {
			t.resize(e, len(t.chunks), 2*len(c.slots))
		} else {
			t.resize(e, len(t.chunks)+len(t.chunks)/4+1, mostSlots)
		}
	}
}

func (c *chunk[V]) put(added slot[V]) {
	i := c.slotOf(added.hash)
	for c.slots[i].hash != 0 {
		i = (i + 1) & (len(c.slots) - 1)
	}
	c.slots[i] = added
	c.count++
}

// take empties a slot.
func (c *chunk[V]) take(i int) slot[V] {
	taken := c.slots[i]
	c.slots[i] = slot[V]{}
	c.count--
	return taken
}

// remove frees a slot, and puts those behind it where a search finds them.
func (c *chunk[V]) remove(i int) {
	c.take(i)
	for i = (i + 1) & (len(c.slots) - 1); c.slots[i].hash != 0; i = (i + 1) & (len(c.slots) - 1) {
		c.put(c.take(i))
	}
}

// resize makes the chunks anew.
func (t *texts[V]) resize(e edit, chunks, slots int) {
	former := t.chunks
	t.chunks, t.edit = make([]*chunk[V], chunks), e
	for i := range t.chunks {
		t.chunks[i] = &chunk[V]{slots: make([]slot[V], slots), edit: e}
	}
	for _, c := range former {
		for i := range c.slots {
			if c.slots[i].hash != 0 {
				t.add(e, c.slots[i])
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
	c.slots, c.edit = slices.Clone(c.slots), e
	t.chunks[i] = &c
	return &c
}
