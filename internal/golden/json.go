package golden

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// decode parses one JSON value, with its numbers as they are written.
func decode(text []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("text after the value")
	}
	return v, nil
}

// encode writes a value for people to read.
func encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return []byte(fmt.Sprint(v))
	}
	return bytes.TrimSpace(b.Bytes())
}

// value compares two values and everything inside. At is the place in the body: "data[2].name", "" for all of it.
func (c *comparison) value(at string, want, got any) {
	if check, ok := c.rules.at[at]; ok {
		check(c, at, want, got)
		return
	}
	c.plain(at, want, got)
}

// plain compares two values for which there is no rule.
func (c *comparison) plain(at string, want, got any) {
	switch want := want.(type) {
	case map[string]any:
		if got, ok := got.(map[string]any); ok {
			c.objects(at, want, got, nil)
			return
		}
	case []any:
		if got, ok := got.([]any); ok {
			c.lists(at, want, got)
			return
		}
	case json.Number:
		if c.numbers(at, want, got) {
			return
		}
	case string:
		if got, ok := got.(string); ok && c.strings(at, want, got) {
			return
		}
	default:
		if want == got {
			return
		}
	}
	c.differ("body."+at, want, got)
}

// objects compares two objects. Members that only got has are a difference, unless extra allows them.
func (c *comparison) objects(at string, want, got map[string]any, extra func(name string) bool) {
	rest := maps.Clone(got)
	var madeUp []string
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if c.tr.showsMadeUp(name) {
			madeUp = append(madeUp, name)
			continue
		}
		value, ok := rest[name]
		if !ok {
			if !c.rules.optional[member(at, name)] {
				c.differ("body."+member(at, name), want[name], absent)
			}
			continue
		}
		delete(rest, name)
		c.value(member(at, name), want[name], value)
	}
	for _, name := range madeUp {
		candidates := slices.Sorted(maps.Keys(rest))
		found := slices.IndexFunc(candidates, func(candidate string) bool {
			return c.suits(func() bool {
				return c.tr.match(name, candidate) && c.equal(member(at, name), want[name], rest[candidate])
			})
		})
		if found < 0 {
			c.differ("body."+member(at, name), want[name], absent)
			continue
		}
		delete(rest, candidates[found])
	}
	for _, name := range slices.Sorted(maps.Keys(rest)) {
		if extra == nil || !extra(name) {
			c.differ("body."+member(at, name), absent, rest[name])
		}
	}
}

// suits tries a comparison. What a failed one taught is forgotten.
func (c *comparison) suits(try func() bool) bool {
	mark := c.tr.mark()
	if try() {
		return true
	}
	c.tr.forget(mark)
	return false
}

// equal compares two values without noting differences.
func (c *comparison) equal(at string, want, got any) bool { return c.distance(at, want, got) == 0 }

// distance returns how many differences there are between two values.
func (c *comparison) distance(at string, want, got any) int {
	trial := comparison{tr: c.tr, exchange: c.exchange, rules: c.rules}
	trial.value(at, want, got)
	return len(trial.found)
}

// mostLike returns the index of the candidate with the fewest differences.
func (c *comparison) mostLike(at string, want any, candidates []any) int {
	best, fewest := 0, -1
	for i, candidate := range candidates {
		mark := c.tr.mark()
		distance := c.distance(at, want, candidate)
		c.tr.forget(mark)
		if fewest < 0 || distance < fewest {
			best, fewest = i, distance
		}
	}
	return best
}

// byTime matches the paths of lists that are sorted by time and not by id.
var byTime = regexp.MustCompile(`^/upstreams/[^/]+/(?:targets|health)$`)

// lists compares two lists. Kong sorts entities by id, so that those with made-up ids come in any order.
func (c *comparison) lists(at string, want, got []any) {
	if c.tr.showsMadeUp(string(encode(want))) && !byTime.MatchString(c.exchange.path()) && !c.isEcho(at) {
		c.sets(at, want, got)
		return
	}
	for i, value := range want {
		if i >= len(got) {
			c.differ("body."+element(at, i), value, absent)
			continue
		}
		c.value(element(at, i), value, got[i])
	}
	for i := len(want); i < len(got); i++ {
		c.differ("body."+element(at, i), absent, got[i])
	}
}

// isEcho says whether a place belongs to what an upstream echoed: lists of headers, which have an order.
func (c *comparison) isEcho(at string) bool {
	return strings.HasPrefix(c.exchange.target, targetProxy) && strings.HasPrefix(at, "headers")
}

// sets compares two lists without regard to order. An element without an equal is compared with the one most like it, so
// that what is wrong with it shows.
func (c *comparison) sets(at string, want, got []any) {
	rest := slices.Clone(got)
	var unequal []int
	for i, value := range want {
		found := slices.IndexFunc(rest, func(candidate any) bool {
			return c.suits(func() bool { return c.equal(element(at, i), value, candidate) })
		})
		if found < 0 {
			unequal = append(unequal, i)
			continue
		}
		rest = slices.Delete(rest, found, found+1)
	}
	for _, i := range unequal {
		if len(rest) == 0 {
			c.differ("body."+element(at, i), want[i], absent)
			continue
		}
		like := c.mostLike(element(at, i), want[i], rest)
		c.value(element(at, i), want[i], rest[like])
		rest = slices.Delete(rest, like, like+1)
	}
	for _, value := range rest {
		c.differ("body."+at+"[]", absent, value)
	}
}

// numbers reports whether got says what want says. Whole numbers have to be written as such.
func (c *comparison) numbers(at string, want json.Number, got any) bool {
	given, ok := got.(json.Number)
	if !ok {
		return false
	}
	whole := !strings.ContainsAny(want.String(), ".eE")
	if name := lastName(at); (name == "created_at" || name == "updated_at") && c.tr.isMoment(want.String()) {
		return c.isNow(given) && (!whole || !strings.ContainsAny(given.String(), ".eE"))
	}
	if whole {
		return c.tr.rewritePorts(want.String()) == given.String()
	}
	w, errW := want.Float64()
	g, errG := given.Float64()
	return errW == nil && errG == nil && w == g
}

// clockSlack is how far a time may lie outside the replay.
const clockSlack = time.Hour

// isNow says whether a number is a time in seconds, somewhere around the replay.
func (c *comparison) isNow(n json.Number) bool {
	seconds, err := n.Float64()
	if err != nil {
		return false
	}
	at := time.Unix(0, int64(seconds*float64(time.Second)))
	return at.After(c.tr.started.Add(-clockSlack)) && at.Before(time.Now().Add(clockSlack))
}

// strings reports whether got says what want says.
func (c *comparison) strings(at, want, got string) bool {
	switch at {
	case "offset":
		return c.tr.bindOffset(want, got)
	case "next":
		wantBefore, wantOffset, wantAfter := cutOffset(want)
		gotBefore, gotOffset, gotAfter := cutOffset(got)
		return c.tr.match(wantBefore, gotBefore) && c.tr.match(wantAfter, gotAfter) && c.tr.bindOffset(wantOffset, gotOffset)
	}
	return c.tr.match(want, got)
}

// path returns the path of the request without its query.
func (x *exchange) path() string {
	path, _, _ := strings.Cut(x.request.Path, "?")
	return path
}

func member(at, name string) string {
	if at == "" {
		return name
	}
	return at + "." + name
}

func element(at string, i int) string { return at + "[" + strconv.Itoa(i) + "]" }

// lastName returns the name of the innermost member of a place.
func lastName(at string) string { return at[strings.LastIndexByte(at, '.')+1:] }
