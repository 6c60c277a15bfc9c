package router

import "slices"

// index files the parts of a router by host and path. What it proposes for a request holds every part that can match:
// host and path are satisfied but for the port and the regular expression, which the posting names.
//
// An index is copied like the tables and trees in it.
type index struct {
	exact   texts[bucket] // by host
	ends    node[bucket]  // by the text after the *, reversed
	starts  node[bucket]  // by the text before the *
	anyHost bucket        // parts without hosts
}

// bucket files the parts of one host by the text that the request path must begin with.
type bucket = node[candidates]

// add files a part.
func (x *index) add(e edit, p *part) {
	x.change(e, p, func(present *candidates, filed posting) { present.add(e, filed) })
}

// remove takes a part out from wherever add has filed it.
func (x *index) remove(e edit, p *part) {
	x.change(e, p, func(present *candidates, filed posting) { present.remove(e, filed) })
}

// change applies a change at every place where a part is filed.
func (x *index) change(e edit, p *part, change func(*candidates, posting)) {
	if len(p.hosts) == 0 {
		changeBucket(&x.anyHost, e, p, noPort, change)
	}
	for _, host := range p.hosts {
		changed := func(b *bucket) bool {
			changeBucket(b, e, p, host.port, change)
			return !b.empty()
		}
		switch host.kind {
		case nameEnd:
			x.ends.update(e, reversed(host.text), changed)
		case nameStart:
			x.starts.update(e, host.text, changed)
		default:
			x.exact.update(e, host.text, changed)
		}
	}
}

// changeBucket applies a change at every path of a part.
func changeBucket(b *bucket, e edit, p *part, port int, change func(*candidates, posting)) {
	at := func(path string, role int) {
		b.update(e, path, func(present *candidates) bool {
			change(present, newPosting(p, port, role))
			return !present.empty()
		})
	}
	switch {
	case len(p.prefixes) > 0:
		for _, prefix := range p.prefixes {
			at(prefix, rolePrefix)
		}
	case len(p.regexes) > 0:
		for i, regex := range p.regexes {
			at(regex.literal, i)
		}
	default:
		at("", roleNoPath)
	}
}

func reversed(text string) string {
	backwards := []byte(text)
	slices.Reverse(backwards)
	return string(backwards)
}
