package router

import "unsafe"

// label is a text that lies where it is held, unless it is long. Whoever holds it in hand compares it without waiting for
// another place in memory.
type label struct {
	long   *byte // the beginning of the text if it is long, else nil
	length uint32
	short  [shortLabel]byte
}

// shortLabel is the length of the longest text that is held in place: most hosts, and what is left of most paths, are
// shorter.
const shortLabel = 28

func labelOf(text string) label {
	l := label{length: uint32(len(text))}
	if copy(l.short[:], text) < len(text) {
		l.long = unsafe.StringData(text)
	}
	return l
}

// text returns the text, which may be a view of l: to be kept it is to be cloned, or made another label.
func (l *label) text() string {
	if l.long != nil {
		return unsafe.String(l.long, l.length)
	}
	return unsafe.String(&l.short[0], l.length)
}
