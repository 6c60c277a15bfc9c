package golden

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// The names that Kong made up, and the text by which it gives its version.
var (
	namePattern    = regexp.MustCompile(`(?i)\b(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32})\b`)
	tokenPattern   = regexp.MustCompile(regexp.QuoteMeta(recordedVersion) + `|` + namePattern.String())
	versionPattern = regexp.MustCompile(`^kongo/[0-9A-Za-z.+~-]+`)
	timePattern    = regexp.MustCompile(`\b[0-9]{10}(?:\.[0-9]+)?\b`)
)

const recordedVersion = `kong/3.9.1`

// noName is what stands for "none" where a name of 32 digits is expected: it is the same on every node.
const noName = "00000000000000000000000000000000"

// A translation relates what was recorded to what this run shows in its place.
type translation struct {
	ports   map[string]string // recorded port to port of this run
	madeUp  map[string]bool   // recorded names that the server made up
	times   map[string]bool   // times that a client sent
	started time.Time         // of the replay

	actual   map[string]string // recorded name, version or offset to the one of this run
	recorded map[string]string // and back
	learnt   []string          // keys of actual, in the order learnt
}

// newTranslation prepares the translation of a recording for a run with the given ports. A name was made up by the server
// if it shows in an answer before it shows in a request, unless it is derived from other names, as those of version 5 are.
func newTranslation(rec *Recording, ports map[int]int) *translation {
	tr := &translation{
		ports: map[string]string{}, madeUp: map[string]bool{}, times: map[string]bool{}, started: time.Now(),
		actual: map[string]string{}, recorded: map[string]string{},
	}
	for recorded, actual := range ports {
		tr.ports[strconv.Itoa(recorded)] = strconv.Itoa(actual)
	}
	chosen := map[string]bool{} // by a client
	for _, s := range rec.steps {
		if s.exchange == nil {
			continue
		}
		sent := string(s.exchange.request.bytes())
		for _, name := range names(sent) {
			chosen[name] = !tr.madeUp[name]
		}
		for _, text := range timePattern.FindAllString(sent, -1) {
			tr.times[text] = true
		}
		if s.exchange.answer == nil {
			continue
		}
		derived := tr.derived(s.exchange.answer.body)
		for _, name := range names(s.exchange.answer.text()) {
			if !chosen[name] && !derived[name] && name != noName {
				tr.madeUp[name] = true
			}
		}
	}
	return tr
}

// names returns the names in a text, in lower case: a client may spell them otherwise.
func names(text string) []string {
	found := namePattern.FindAllString(text, -1)
	for i, name := range found {
		found[i] = strings.ToLower(name)
	}
	return found
}

// text returns headers and body in one.
func (a *answer) text() string {
	var b strings.Builder
	for _, h := range a.headers {
		b.WriteString(h[1])
		b.WriteByte('\n')
	}
	b.Write(a.body)
	return b.String()
}

// request translates a recorded request into the one to send: with the ports of this run, and the names and page offsets
// that it has shown so far.
func (tr *translation) request(r request) request {
	text := func(s string) string {
		return namePattern.ReplaceAllStringFunc(tr.rewritePorts(s), func(name string) string {
			actual, ok := tr.actual[strings.ToLower(name)]
			switch {
			case !ok:
				return name
			case name == strings.ToUpper(name):
				return strings.ToUpper(actual)
			default:
				return actual
			}
		})
	}
	out := request{Method: r.Method, Path: tr.rewriteOffset(text(r.Path))}
	for _, h := range r.Headers {
		out.Headers = append(out.Headers, [2]string{h[0], text(h[1])})
	}
	if r.Body != nil {
		body := text(*r.Body)
		out.Body = &body
	}
	if r.Raw != nil {
		raw := text(*r.Raw)
		out.Raw = &raw
	}
	return out
}

// offsetParameter is what a page offset follows in a request path, and offsetKey what tells offsets from names among the
// things learnt.
const (
	offsetParameter = "offset="
	offsetKey       = "offset "
)

// rewriteOffset replaces the page offset in a request path, if it came from an answer.
func (tr *translation) rewriteOffset(path string) string {
	before, offset, after := cutOffset(path)
	if actual, ok := tr.actual[offsetKey+offset]; ok {
		return before + url.QueryEscape(strings.TrimPrefix(actual, offsetKey)) + after
	}
	return path
}

// cutOffset returns the page offset in a path, what is before and what is after it.
func cutOffset(path string) (before, offset, after string) {
	i := strings.Index(path, offsetParameter)
	if i < 0 {
		return path, "", ""
	}
	i += len(offsetParameter)
	before, after = path[:i], path[i:]
	end := strings.IndexByte(after, '&')
	if end < 0 {
		end = len(after)
	}
	offset, err := url.QueryUnescape(after[:end])
	if err != nil {
		return path, "", ""
	}
	return before, offset, after[end:]
}

// bindOffset relates two page offsets, whose text means nothing to a client.
func (tr *translation) bindOffset(recorded, actual string) bool {
	return tr.bind(offsetKey+recorded, offsetKey+actual)
}

// match reports whether actual says what recorded said. Names that it shows for the first time are learnt.
func (tr *translation) match(recorded, actual string) bool {
	mark := tr.mark()
	want, rest := tr.rewritePorts(recorded), actual
	for want != "" {
		token := tokenPattern.FindStringIndex(want)
		if token == nil {
			token = []int{len(want), len(want)}
		}
		literal, name := want[:token[0]], want[token[0]:token[1]]
		want = want[token[1]:]
		var ok bool
		if rest, ok = strings.CutPrefix(rest, literal); !ok {
			tr.forget(mark)
			return false
		}
		if rest, ok = tr.matchToken(name, rest); !ok {
			tr.forget(mark)
			return false
		}
	}
	if rest != "" {
		tr.forget(mark)
		return false
	}
	return true
}

// matchToken compares a recorded name or version with the beginning of actual and returns what follows it there.
func (tr *translation) matchToken(token, actual string) (rest string, ok bool) {
	switch {
	case token == recordedVersion:
		version := versionPattern.FindString(actual)
		return actual[len(version):], version != "" && tr.bind(token, version)
	case !tr.madeUp[token]:
		return strings.CutPrefix(actual, token)
	case len(actual) < len(token):
		return actual, false
	default:
		name := actual[:len(token)]
		return actual[len(token):], namePattern.FindString(name) == name && tr.bind(token, name)
	}
}

// isMoment reports whether a recorded number is a time that the server read from its clock.
func (tr *translation) isMoment(number string) bool {
	return timePattern.MatchString(number) && !tr.times[number]
}

// showsMadeUp reports whether a recorded text contains a name that the server made up.
func (tr *translation) showsMadeUp(recorded string) bool {
	for _, name := range names(recorded) {
		if tr.madeUp[name] {
			return true
		}
	}
	return false
}

// bind relates two names and reports whether they may be related: neither stands for another one already.
func (tr *translation) bind(recorded, actual string) bool {
	if known, ok := tr.actual[recorded]; ok {
		return known == actual
	}
	if _, ok := tr.recorded[actual]; ok {
		return false
	}
	tr.actual[recorded], tr.recorded[actual] = actual, recorded
	tr.learnt = append(tr.learnt, recorded)
	return true
}

// mark returns a point to which forget goes back.
func (tr *translation) mark() int { return len(tr.learnt) }

// forget unlearns what was learnt since mark.
func (tr *translation) forget(mark int) {
	for _, recorded := range tr.learnt[mark:] {
		delete(tr.recorded, tr.actual[recorded])
		delete(tr.actual, recorded)
	}
	tr.learnt = tr.learnt[:mark]
}

// rewritePorts replaces the recorded ports in a text. A port stands between other characters than letters and digits, or
// behind an escaped colon.
func (tr *translation) rewritePorts(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		end := i
		for end < len(s) && isAlphanumeric(s[end]) {
			end++
		}
		word := s[i:end]
		if colon := strings.ToUpper(s[max(0, i-1):end]); strings.HasPrefix(colon, "%3A") {
			b.WriteString(word[:2])
			word = word[2:]
		}
		if port, ok := tr.ports[word]; ok {
			word = port
		}
		b.WriteString(word)
		for i = end; i < len(s) && !isAlphanumeric(s[i]); i++ {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
