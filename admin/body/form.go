package body

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

func decodeForm(_ string, data []byte) (Body, error) {
	args, err := ParseArguments(string(data))
	if err != nil {
		return Body{}, err
	}
	doc, err := args.Document()
	return Body{Document: doc, Form: true}, err
}

// Document nests the arguments by their names. An argument without an equals sign is true. The error, if any, is ErrForm.
//
// Kong 3.9: Admin API, key syntax of forms.
func (a Arguments) Document() (map[string]any, error) {
	root := &node{}
	for _, arg := range a {
		if !utf8.ValidString(arg.Name) { // a value that is no text is refused with the name of its field
			return nil, ErrForm
		}
		var value any = arg.Value
		if arg.Bare {
			value = true
		}
		if err := root.put(arg.Name, value); err != nil {
			return nil, err
		}
	}
	return root.record(), nil
}

// node is a place in a form. How its parts were named decides what it becomes.
type node struct {
	values  []any            // given for this very place
	list    bool             // written with [], a list even if there is but one value
	items   map[int]*node    // written with [1]
	members map[string]*node // written with .name or [name]
}

// A step leads from a node to one below: to a member, to the item at an index, or to the end of a list.
type step struct {
	member string
	index  int
	kind   stepKind
}

type stepKind uint8

const (
	toMember stepKind = iota
	toItem
	toEnd
)

// put adds a value at the place that name describes.
func (n *node) put(name string, value any) error {
	steps, err := parseName(name)
	if err != nil {
		return err
	}
	for i, s := range steps {
		last := i == len(steps)-1
		switch {
		case s.kind == toMember:
			n = child(&n.members, s.member)
		case s.kind == toItem:
			n = child(&n.items, s.index)
		case last:
			n.list = true
		default:
			// a[].b means the first element: nothing tells which values belong together.
			n = child(&n.items, 1)
		}
	}
	n.values = append(n.values, value)
	return nil
}

func child[K comparable](children *map[K]*node, key K) *node {
	if *children == nil {
		*children = make(map[K]*node)
	}
	c := (*children)[key]
	if c == nil {
		c = &node{}
		(*children)[key] = c
	}
	return c
}

// value is what the node has become.
func (n *node) value() any {
	switch {
	case len(n.members) > 0:
		return n.record()
	case len(n.items) > 0 || n.list || len(n.values) != 1:
		return n.sequence()
	}
	return n.values[0]
}

// record is the node as a record. Values that have no name in it get their position, which the validation will refuse;
// those of a part of type JSON are its members.
func (n *node) record() map[string]any {
	doc := make(map[string]any, len(n.members))
	for i, v := range n.sequence() {
		if m, ok := v.(map[string]any); ok {
			maps.Copy(doc, m)
		} else {
			doc[strconv.Itoa(i+1)] = v
		}
	}
	for name, m := range n.members {
		doc[name] = m.value()
	}
	return doc
}

// sequence lists items by their index, then values in the order in which they came.
func (n *node) sequence() []any {
	list := make([]any, 0, len(n.items)+len(n.values))
	for _, i := range slices.Sorted(maps.Keys(n.items)) {
		list = append(list, n.items[i].value())
	}
	return append(list, n.values...)
}

var (
	encodedBrackets = regexp.MustCompile(`(?i)%5B(.*?)%5D`)
	// nameSegment is what stands between dots; dots inside brackets do not count.
	nameSegment = regexp.MustCompile(`(?:\[[^\]]*\]|[^.])+`)
	// indexedSegment is a name and what is in brackets behind it.
	indexedSegment = regexp.MustCompile(`(?s)^(.[^\[]*)((?:\[[^\]]*\])+)$`)
	bracket        = regexp.MustCompile(`\[([^\]]*)\]`)
)

// parseName turns the name of an argument into the way to its place. A name that starts or ends with a dot is one step.
func parseName(name string) ([]step, error) {
	if strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".") {
		return []step{{member: name}}, nil
	}
	name = encodedBrackets.ReplaceAllString(name, "[$1]")
	if strings.Count(name, ".")+strings.Count(name, "[") >= maxDepth {
		return nil, ErrForm
	}
	var steps []step
	for _, segment := range nameSegment.FindAllString(name, -1) {
		parts := indexedSegment.FindStringSubmatch(segment)
		if parts == nil {
			steps = append(steps, step{member: segment})
			continue
		}
		steps = append(steps, step{member: parts[1]})
		for _, b := range bracket.FindAllStringSubmatch(parts[2], -1) {
			steps = append(steps, bracketStep(b[1]))
		}
	}
	return steps, nil
}

func bracketStep(text string) step {
	if text == "" {
		return step{kind: toEnd}
	}
	if n, err := strconv.Atoi(text); err == nil {
		return step{kind: toItem, index: n}
	}
	return step{member: text}
}
