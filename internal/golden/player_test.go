package golden

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/internal/golden/upstreams"
	"github.com/kongo-gateway/kongo/internal/testenv/selfsigned"
)

// A player takes the place of a node: it answers every request as recorded, but with ids, times, ports and a version of
// its own, objects laid out in another way and lists in another order. It insists on getting the recorded requests.
type player struct {
	Node
	t       *testing.T
	change  change
	rename  map[string]string // recorded id to the player's
	replace *strings.Replacer // recorded text to the player's
	running sync.WaitGroup

	mu    sync.Mutex
	steps []step // still to come
	down  bool   // the database
}

// A change makes a player answer the request of one line in another way.
type change struct {
	line int // 0: none
	edit func(p *player, a *answer) *answer
}

var (
	uuidText    = regexp.MustCompile(`[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}`)
	requestID   = regexp.MustCompile(`\b[0-9a-f]{32}\b`)
	recordedDay = regexp.MustCompile(`\b1795[0-9]{6}\b`)
)

// newPlayer starts a player of the recording. It ends with the test, which fails if requests are still to come.
func newPlayer(t *testing.T, rec *Recording, c change) *player {
	t.Helper()
	servers, err := upstreams.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := servers.Close(); err != nil {
			t.Error(err)
		}
	})
	p := &player{t: t, change: c, steps: rec.steps}
	t.Cleanup(p.running.Wait) // after the listeners are closed
	p.mu.Lock()               // until it knows what to answer
	defer p.mu.Unlock()
	p.Upstreams = servers
	p.StopDatabase = func() { p.setDown(true) }
	p.StartDatabase = func() { p.setDown(false) }
	p.Admin, p.Status, p.Proxy = p.listen(nil), p.listen(nil), p.listen(nil)
	p.ProxyTLS = p.listen(certificateOf(t, rec))
	p.prepare(rec)
	return p
}

func (p *player) setDown(down bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = down
}

// prepare decides on the ids and the ports to show.
func (p *player) prepare(rec *Recording) {
	p.rename = map[string]string{}
	chosen := map[string]bool{}
	for _, s := range rec.steps {
		if s.exchange == nil {
			continue
		}
		sent := string(s.exchange.request.bytes())
		for _, id := range slices.Concat(uuidText.FindAllString(sent, -1), requestID.FindAllString(sent, -1)) {
			chosen[strings.ToLower(id)] = p.rename[id] == ""
		}
		if s.exchange.answer == nil {
			continue
		}
		shown := s.exchange.answer.text()
		for _, id := range slices.Concat(uuidText.FindAllString(shown, -1), requestID.FindAllString(shown, -1)) {
			if !chosen[id] && !strings.HasPrefix(id, "00000000") && (len(id) == 32 || id[14] == '4') {
				p.rename[id] = renamed(id)
			}
		}
	}
	pairs := []string{"kong/3.9.1", "kongo/0.1.0-test"}
	for recorded, actual := range p.Upstreams.Ports() {
		pairs = append(pairs, fmt.Sprint(recorded), fmt.Sprint(actual))
	}
	for recorded, addr := range map[string]string{"23000": p.Proxy, "23001": p.Admin, "23007": p.Status, "23043": p.ProxyTLS} {
		_, port, _ := net.SplitHostPort(addr)
		pairs = append(pairs, recorded, port)
	}
	for recorded, actual := range p.rename {
		pairs = append(pairs, recorded, actual, strings.ToUpper(recorded), strings.ToUpper(actual))
	}
	p.replace = strings.NewReplacer(pairs...)
}

// renamed returns another id of the same form.
func renamed(id string) string {
	digits := fmt.Sprintf("%x", sha256.Sum256([]byte(id)))[:32]
	if len(id) == 32 {
		return digits
	}
	return digits[:8] + "-" + digits[8:12] + "-4" + digits[13:16] + "-a" + digits[17:20] + "-" + digits[20:]
}

// certificateOf returns the TLS settings of a listener with the recorded certificate's subject.
func certificateOf(t *testing.T, rec *Recording) *tls.Config {
	t.Helper()
	subject := "subject=CN = localhost"
	for _, s := range rec.steps {
		if s.exchange != nil && s.exchange.peerSubject != "" {
			subject = s.exchange.peerSubject
		}
	}
	var name pkix.Name
	for _, part := range strings.Split(strings.TrimPrefix(subject, "subject="), ", ") {
		key, value, _ := strings.Cut(part, " = ")
		id := map[string]asn1.ObjectIdentifier{
			"C": {2, 5, 4, 6}, "ST": {2, 5, 4, 8}, "L": {2, 5, 4, 7}, "O": {2, 5, 4, 10}, "OU": {2, 5, 4, 11}, "CN": {2, 5, 4, 3},
		}[key]
		name.ExtraNames = append(name.ExtraNames, pkix.AttributeTypeAndValue{Type: id, Value: value})
	}
	certificate, key, err := selfsigned.New(name, "localhost")
	if err != nil {
		t.Fatal(err)
	}
	pair, err := tls.X509KeyPair(certificate, key)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}}
}

// listen serves connections until the test ends, one after the other: so a replay makes them.
func (p *player) listen(config *tls.Config) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { l.Close() })
	p.running.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			if config != nil {
				conn = tls.Server(conn, config)
			}
			p.serve(conn)
			conn.Close()
		}
	})
	return l.Addr().String()
}

// serve reads the next recorded request and answers it.
func (p *player) serve(conn net.Conn) {
	conn.SetDeadline(time.Now().Add(time.Minute))
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.steps) > 0 && p.steps[0].exchange == nil {
		p.steps = p.steps[1:]
	}
	if len(p.steps) == 0 {
		p.t.Error("a request too many")
		return
	}
	s := p.steps[0]
	p.steps = p.steps[1:]

	want := p.request(s.exchange.request)
	got := make([]byte, len(want))
	if n, err := io.ReadFull(conn, got); err != nil || !bytes.Equal(got, want) {
		p.t.Errorf("line %d: the request was %.300q (%v), want %.300q", s.line, got[:n], err, want)
		return
	}
	for range s.exchange.hits {
		p.hit(s.exchange.upstream)
	}
	a := p.answer(s.exchange)
	if p.change.line == s.line {
		a = p.change.edit(p, a)
	}
	if a != nil {
		a.write(conn, s.exchange.request.Method)
	}
}

// request returns the bytes that the recorded request is to arrive as.
func (p *player) request(r request) []byte {
	r.Path = p.replace.Replace(r.Path)
	r.Headers = slices.Clone(r.Headers)
	for i := range r.Headers {
		r.Headers[i][1] = p.replace.Replace(r.Headers[i][1])
	}
	if r.Body != nil {
		body := p.replace.Replace(*r.Body)
		r.Body = &body
	}
	return r.bytes()
}

// hit sends a request to an upstream server and waits until it has arrived.
func (p *player) hit(name string) {
	before, _ := p.Upstreams.Hits(name)
	port := p.Upstreams.Ports()[map[string]int{"closer": 23092, "sleeper": 23094, "resetter": 23096}[name]]
	conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		p.t.Error(err)
		return
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		if hits, _ := p.Upstreams.Hits(name); hits > before {
			return
		}
		if time.Now().After(deadline) {
			p.t.Errorf("a request to %s did not arrive", name)
			return
		}
	}
}

// answer returns the answer to give, nil for none. Where kongo departs from Kong it is kongo's.
func (p *player) answer(x *exchange) *answer {
	switch {
	case x.answer == nil:
		return nil
	case x.target == "admin" && x.request.Method == "GET" && x.request.Path == "/cluster":
		return &answer{status: 200, body: []byte(`{"data":[],"total":0}`)}
	case x.target == "admin" && x.request.Path == "/" && p.down:
		return &answer{status: 200, body: []byte(`{"version":"3.9.1","node_id":"x","configuration":{}}`)}
	case x.request.Method == "POST" && strings.HasSuffix(x.request.Path, "healthy"):
		return &answer{status: 404, body: []byte(`{"message":"Not found"}`)}
	case strings.HasSuffix(x.request.Path, "/hdrhop"):
		return &answer{status: 200, headers: [][2]string{{"Keep-Alive", "timeout=5"}}}
	}
	a := *x.answer
	a.headers = nil
	length := len(a.body)
	a.body = []byte(p.text(string(a.body)))
	if x.target == "admin" || x.target == "status" || bytes.HasPrefix(a.body, []byte(`{"server"`)) {
		a.body = p.relayed(x, a.body)
	}
	for _, h := range x.answer.headers {
		value := p.text(h[1])
		// The body of the root was shortened after it was recorded.
		if h[0] == "Content-Length" && (value == fmt.Sprint(length) || x.request.Path == "/") {
			value = fmt.Sprint(len(a.body))
		}
		a.headers = append(a.headers, [2]string{h[0], value})
	}
	a.headers = append(a.headers, [2]string{"Date", "Sat, 21 Nov 2026 00:00:00 GMT"})
	if x.answer.headless {
		a.headers = append(a.headers, [2]string{"Content-Length", fmt.Sprint(len(a.body))}, [2]string{"X-Whatever", "1"})
	}
	return &a
}

// text returns recorded text with the player's names, ports, version and time.
func (p *player) text(s string) string {
	return recordedDay.ReplaceAllString(p.replace.Replace(s), fmt.Sprint(time.Now().Unix()))
}

// relayed lays a JSON body out anew, and turns lists around that Kong sorts by ids of its own.
func (p *player) relayed(x *exchange, body []byte) []byte {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil || d.More() {
		return body
	}
	list, _ := v.(map[string]any)
	data, ok := list["data"].([]any)
	own := slices.ContainsFunc(data, func(row any) bool {
		object, _ := row.(map[string]any)
		id, _ := object["id"].(string)
		return !slices.Contains(uuidText.FindAllString(string(x.answer.body), -1), id)
	})
	if ok && own && !strings.Contains(x.request.Path, "/targets") && strings.Contains(string(body), `"id"`) {
		slices.Reverse(data)
	}
	text, err := json.Marshal(v)
	if err != nil {
		p.t.Error(err)
	}
	return text
}

// write sends an answer, with a body as the headers announce it.
func (a *answer) write(w io.Writer, method string) {
	b := bufio.NewWriter(w)
	defer b.Flush()
	fmt.Fprintf(b, "HTTP/1.1 %d Recorded\r\n", a.status)
	for _, h := range a.headers {
		fmt.Fprintf(b, "%s: %s\r\n", h[0], h[1])
	}
	b.WriteString("\r\n")
	switch {
	case method == http.MethodHead:
	case len(a.header("transfer-encoding")) > 0:
		fmt.Fprintf(b, "%x\r\n%s\r\n0\r\n\r\n", len(a.body), a.body)
	default:
		b.Write(a.body)
	}
}

// left returns how many exchanges are still to come.
func (p *player) left() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	left := 0
	for _, s := range p.steps {
		if s.exchange != nil {
			left++
		}
	}
	return left
}
