package router

import (
	"slices"
	"sort"
)

// posting files a part under one of its hosts and one of its paths.
//
// It repeats what a match most often wants to know of the part, so that it need not wait for the part to come from
// memory: among 100,000 routes that would nearly double its time.
type posting struct {
	part       *part
	conditions *conditions
	value      any
	summary    uint64
	port       int32 // the port that the host entry asks for, or noPort
	role       int32 // the index of a regular expression in part.regexes, or one of the roles below
}

// What is left to test of the path, and what a match takes off it.
const (
	rolePrefix = -1 - iota // nothing is left: the path begins with the text that the posting is filed under
	roleNoPath             // the part does not look at the path
)

func newPosting(p *part, port, role int) posting {
	return posting{part: p, conditions: p.conditions, value: p.value, summary: p.summary, port: int32(port), role: int32(role)}
}

// same tells whether a and b file the same part for the same reason.
func (a posting) same(b posting) bool {
	return a.part == b.part && a.port == b.port && a.role == b.role
}

// before tells whether a is to be preferred to b: by priority, then by age and id, and within a part by the order in which its
// regular expressions are listed.
func (a posting) before(b posting) bool {
	if a.part == b.part {
		return a.role < b.role
	}
	if a.part.priority != b.part.priority {
		return a.part.priority > b.part.priority
	}
	if a.part.age != b.part.age {
		return a.part.age < b.part.age
	}
	return a.part.id > b.part.id
}

// postings is a list of postings, best first.
type postings struct {
	list []posting
	edit edit // may change list in place
}

func (l *postings) insert(e edit, p posting) {
	l.own(e)
	l.list = slices.Insert(l.list, l.position(p), p)
}

// remove reports whether p was in the list.
func (l *postings) remove(e edit, p posting) bool {
	for i := l.position(p); i < len(l.list) && !p.before(l.list[i]); i++ {
		if l.list[i].same(p) {
			l.own(e)
			l.list = slices.Delete(l.list, i, i+1)
			return true
		}
	}
	return false
}

// position returns where p stands, or belongs.
func (l *postings) position(p posting) int {
	return sort.Search(len(l.list), func(i int) bool { return !l.list[i].before(p) })
}

// own makes the list one that e may change.
func (l *postings) own(e edit) {
	if l.edit != e {
		l.list, l.edit = slices.Clone(l.list), e
	}
}
