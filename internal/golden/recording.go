package golden

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/kongo-gateway/kongo/internal/testenv"
)

// directory is where the recordings lie, seen from the root of the module.
const directory = "testdata/golden"

// The listeners of a node, as recordings name them.
const (
	targetAdmin    = "admin"
	targetProxy    = "proxy"
	targetProxyTLS = "proxy_tls"
	targetStatus   = "status"
)

// A Recording is a file of exchanges in the order in which they took place.
type Recording struct {
	// Name is the name of the file without its extension.
	Name string
	// Env holds the settings that the recorded node was started with, as environment variables.
	Env map[string]string

	steps []step
}

// A step is one line of a file: an exchange, or something that happened between two.
type step struct {
	line     int
	exchange *exchange
	wait     time.Duration
	database databaseAction
}

// A databaseAction is what was done to the database server.
type databaseAction string

const (
	databaseStop  databaseAction = "stop"
	databaseStart databaseAction = "start"
)

// An exchange is a request and what was answered.
type exchange struct {
	target      string
	sni         string
	peerSubject string // of the listener's certificate, in the notation of openssl; "" if it was not recorded
	note        string
	skip        string // why the answer is not compared; "" if it is
	upstream    string // server of which the requests were counted, or ""
	hits        int
	request     request
	answer      *answer // nil if nothing came that could be read
}

// A request holds what was sent, as method and so on or as raw bytes.
type request struct {
	Method  string
	Path    string
	Headers [][2]string
	Body    *string // nil: without a body, and without Content-Length
	Raw     *string
}

// entry is a line of a file as it is written.
type entry struct {
	Target      string            `json:"target"`
	Setup       bool              `json:"setup"`
	Wait        float64           `json:"wait"`
	Note        any               `json:"note"`
	Comment     string            `json:"comment"`
	Env         map[string]string `json:"env"`
	Database    databaseAction    `json:"database"`
	Skip        string            `json:"skip"`
	Upstream    string            `json:"upstream"`
	Hits        int               `json:"upstream_hits"`
	SNI         string            `json:"sni"`
	PeerSubject string            `json:"peer_cert_subject"`
	Request     *request          `json:"request"`
	Response    *response         `json:"response"`
}

type response struct {
	Status  int
	Headers [][2]string
	Body    string
	Repeat  []any // a text and how often it comes, for a long body
}

// Load reads the recording of the given name, such as "010_services_generic".
func Load(name string) (*Recording, error) {
	root, err := testenv.ModuleRoot()
	if err != nil {
		return nil, err
	}
	f, err := os.Open(filepath.Join(root, directory, name+".jsonl"))
	if err != nil {
		return nil, fmt.Errorf("recording %s: %w", name, err)
	}
	defer f.Close()
	return read(name, f)
}

// read parses the text of a recording. Members it does not know are an error: they may change what a replay has to do.
func read(name string, text io.Reader) (*Recording, error) {
	rec := &Recording{Name: name}
	lines := bufio.NewReader(text)
	for n := 1; ; n++ {
		line, err := lines.ReadBytes('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("%s:%d: %w", rec.file(), n, err)
		}
		if len(bytes.TrimSpace(line)) == 0 {
			return rec, nil
		}
		if err := rec.add(n, line); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", rec.file(), n, err)
		}
	}
}

func (rec *Recording) add(n int, line []byte) error {
	var e entry
	decoder := json.NewDecoder(bytes.NewReader(line))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&e); err != nil {
		return err
	}
	if e.Env != nil {
		rec.Env = e.Env
	}
	s := step{line: n, wait: time.Duration(e.Wait * float64(time.Second)), database: e.Database}
	if e.Request != nil {
		answer, err := e.Response.answer(e.Setup)
		if err != nil {
			return err
		}
		s.exchange = &exchange{
			target: e.Target, sni: e.SNI, peerSubject: e.PeerSubject, note: noteText(e.Note), skip: e.Skip,
			upstream: e.Upstream, hits: e.Hits, request: *e.Request, answer: answer,
		}
	}
	rec.steps = append(rec.steps, s)
	return nil
}

// answer brings a recorded response into the form of one that was received.
func (r *response) answer(setup bool) (*answer, error) {
	if r == nil {
		return nil, nil
	}
	a := &answer{status: r.Status, headers: r.Headers, headless: setup, body: []byte(r.Body)}
	if r.Repeat != nil {
		if len(r.Repeat) != 2 {
			return nil, fmt.Errorf("repeat has %d members", len(r.Repeat))
		}
		text, ok1 := r.Repeat[0].(string)
		times, ok2 := r.Repeat[1].(float64)
		if !ok1 || !ok2 {
			return nil, fmt.Errorf("repeat is no text and number: %v", r.Repeat)
		}
		a.body = []byte(strings.Repeat(text, int(times)))
	}
	return a, nil
}

// noteText returns a note, which may be structured, as one line.
func noteText(note any) string {
	switch note := note.(type) {
	case nil:
		return ""
	case string:
		return note
	default:
		text, err := json.Marshal(note)
		if err != nil {
			return err.Error()
		}
		return string(text)
	}
}

// file returns the path of the recording from the root of the module.
func (rec *Recording) file() string { return directory + "/" + rec.Name + ".jsonl" }
