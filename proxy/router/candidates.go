package router

import "slices"

// candidates are the postings filed in one place, most often a single one.
//
// Few of them are tried one by one. Of many, those of parts that ask for a method or a header are filed again by what
// they ask for, so that a thousand routes which only a header tells apart cost one lookup by the value of that header.
type candidates struct {
	one  posting // part is nil if there is none
	more *crowd  // what there is besides one; may be nil
}

// crowd is a place with several postings.
type crowd struct {
	postings  // tried one by one
	selectors []selector
}

// selector files postings by a value that their parts ask for.
type selector struct {
	header string // canonical; methodSelector stands for the method
	values texts[postings]
}

const methodSelector = ""

// maxUnselected is the length up to which trying one by one is cheaper than looking values up.
const maxUnselected = 4

func (c *candidates) empty() bool { return c.one.part == nil && c.more == nil }

// add files a posting.
func (c *candidates) add(e edit, p posting) {
	if c.one.part == nil {
		c.one = p
		return
	}
	more := c.more.copy()
	more.add(e, p)
	c.more = more
}

// remove takes out a posting that was added.
func (c *candidates) remove(e edit, p posting) {
	if c.one.same(p) {
		c.one = posting{}
		return
	}
	c.more = c.more.copy()
	c.more.remove(e, p)
	if len(c.more.list) == 0 && len(c.more.selectors) == 0 {
		c.more = nil
	}
}

// copy returns a crowd that may be changed.
func (c *crowd) copy() *crowd {
	if c == nil {
		return &crowd{}
	}
	own := *c
	own.selectors = slices.Clone(c.selectors)
	return &own
}

// add files a posting: in a long list, by the one of its conditions that leaves the fewest others to try.
func (c *crowd) add(e edit, p posting) {
	selections := p.conditions.selections()
	if len(c.list) < maxUnselected || len(selections) == 0 {
		c.insert(e, p)
		return
	}
	best := slices.MinFunc(selections, func(a, b selection) int { return c.load(a) - c.load(b) })
	i := c.selector(best.header)
	if i < 0 {
		i = len(c.selectors)
		c.selectors = append(c.selectors, selector{header: best.header})
	}
	c.selectors[i].change(e, best.values, func(present *postings) { present.insert(e, p) })
}

// remove takes out a posting, wherever add has put it.
func (c *crowd) remove(e edit, p posting) {
	if c.postings.remove(e, p) {
		return
	}
	for _, s := range p.conditions.selections() {
		i := c.selector(s.header)
		if i < 0 {
			continue
		}
		c.selectors[i].change(e, s.values, func(present *postings) { present.remove(e, p) })
		if c.selectors[i].values.empty() {
			c.selectors = slices.Delete(c.selectors, i, i+1)
		}
	}
}

// load returns the length of the longest list that a selection leads to.
func (c *crowd) load(s selection) int {
	i := c.selector(s.header)
	if i < 0 {
		return 0
	}
	longest := 0
	for _, value := range s.values {
		longest = max(longest, len(c.selectors[i].find(value)))
	}
	return longest
}

// selector returns the index of the selector of a header, or -1.
func (c *crowd) selector(header string) int {
	return slices.IndexFunc(c.selectors, func(s selector) bool { return s.header == header })
}

// find returns the postings under a value, best first.
func (s *selector) find(value string) []posting {
	if found := s.values.find(value); found != nil {
		return found.list
	}
	return nil
}

// change applies a change to the postings under each of the values.
func (s *selector) change(e edit, values []string, change func(*postings)) {
	for _, value := range values {
		s.values.update(e, value, func(present *postings) bool {
			change(present)
			return len(present.list) > 0
		})
	}
}

// selection is a condition that a part can be filed by: it accepts these values only.
type selection struct {
	header string // as in selector
	values []string
}

// selections returns the conditions that a part can be filed by.
func (c *conditions) selections() []selection {
	if c == nil {
		return nil
	}
	var all []selection
	for _, h := range c.headers {
		if len(h.regexes) == 0 {
			all = append(all, selection{h.name, h.literals})
		}
	}
	if len(c.methods) > 0 {
		all = append(all, selection{methodSelector, c.methods})
	}
	return all
}
