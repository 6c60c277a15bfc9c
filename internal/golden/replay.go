package golden

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/internal/golden/upstreams"
)

// Node is what a recording is replayed against: a node that was started with the recording's settings and an empty
// configuration.
type Node struct {
	// Proxy, ProxyTLS, Admin and Status are the addresses ("host:port") of its listeners, on 127.0.0.1.
	Proxy, ProxyTLS, Admin, Status string
	// Upstreams are the servers that it is to forward to; nil for recordings that forward nothing.
	Upstreams *upstreams.Servers
	// LongestWait limits the recorded waits, most of which are there because Kong applies changes late. Where a health
	// check has to come round, a few seconds are needed.
	LongestWait time.Duration
	// StopDatabase and StartDatabase act on the node's database server, for the recording that needs it.
	StopDatabase, StartDatabase func()
	// Unsupported names plugins that kongo does not have yet.
	Unsupported []string
}

// Settings returns the settings of the recording of that name, for the environment of the node.
func Settings(t testing.TB, name string) map[string]string {
	t.Helper()
	rec, err := Load(name)
	if err != nil {
		t.Fatal(err)
	}
	return maps.Clone(rec.Env)
}

// Replay replays the recording of that name, "010_services_generic", against a node and reports every answer that is not
// as it should be.
func Replay(t testing.TB, name string, n Node) {
	t.Helper()
	rec, err := Load(name)
	if err != nil {
		t.Fatal(err)
	}
	mismatches, err := rec.Replay(t.Context(), n)
	for _, m := range mismatches {
		t.Error(m)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Replay sends the requests of the recording in order and returns the exchanges that differ. The error says why the replay
// could not go on to the end.
func (rec *Recording) Replay(ctx context.Context, n Node) ([]Mismatch, error) {
	ports, err := n.ports()
	if err != nil {
		return nil, fmt.Errorf("replay %s: %w", rec.Name, err)
	}
	r := &replay{rec: rec, node: &n, tr: newTranslation(rec, ports)}
	for rest := rec.steps; len(rest) > 0; {
		length := sameRequest(rest)
		if err := r.run(ctx, rest[:length]); err != nil {
			return r.found, fmt.Errorf("%s:%d: %w", rec.file(), rest[0].line, err)
		}
		rest = rest[length:]
	}
	return r.found, nil
}

// recordedPorts are the ports of the recorded node, by listener.
var recordedPorts = map[string]int{targetProxy: 23000, targetAdmin: 23001, targetStatus: 23007, targetProxyTLS: 23043}

// ports returns the ports of this run by those of the recorded one.
func (n *Node) ports() (map[int]int, error) {
	ports := map[int]int{}
	if n.Upstreams != nil {
		maps.Copy(ports, n.Upstreams.Ports())
	}
	for target, recorded := range recordedPorts {
		addr := n.address(target)
		if addr == "" {
			continue
		}
		_, port, err := net.SplitHostPort(addr)
		if err != nil {
			return nil, fmt.Errorf("address of %s: %w", target, err)
		}
		if ports[recorded], err = strconv.Atoi(port); err != nil {
			return nil, fmt.Errorf("address of %s: %w", target, err)
		}
	}
	return ports, nil
}

func (n *Node) address(target string) string {
	switch target {
	case targetProxy:
		return n.Proxy
	case targetProxyTLS:
		return n.ProxyTLS
	case targetAdmin:
		return n.Admin
	case targetStatus:
		return n.Status
	}
	return ""
}

// sameRequest returns how many steps at the beginning send the same request and were answered in different ways: the
// choice of the round-robin balancer, whose order is random. It is 1 where nothing of the kind goes on.
func sameRequest(steps []step) int {
	n, unlike := 1, false
	for ; n < len(steps); n++ {
		first, next := steps[0].exchange, steps[n].exchange
		if first == nil || next == nil || first.target != targetProxy || next.target != targetProxy ||
			first.answer == nil || next.answer == nil || !bytes.Equal(first.request.bytes(), next.request.bytes()) {
			break
		}
		unlike = unlike || first.answer.status != next.answer.status
	}
	if !unlike {
		return 1
	}
	return n
}

// A replay is under way.
type replay struct {
	rec          *Recording
	node         *Node
	tr           *translation
	databaseDown bool
	found        []Mismatch
}

// run takes steps that belong together: one, or several exchanges whose answers may come in any order.
func (r *replay) run(ctx context.Context, steps []step) error {
	if steps[0].exchange == nil {
		return r.prepare(ctx, steps[0])
	}
	hits := r.hits(steps[0].exchange)
	got := make([]*answer, len(steps))
	for i, s := range steps {
		x := s.exchange
		addr := r.node.address(x.target)
		if addr == "" {
			return fmt.Errorf("the node has no address for %s", x.target)
		}
		var err error
		got[i], err = send(ctx, addr, x.target == targetProxyTLS, x.sni, r.tr.request(x.request))
		if err != nil && !errors.Is(err, errNoAnswer) {
			return err
		}
	}
	for i, a := range r.pair(steps, got) {
		x := steps[i].exchange
		if x.skip == "" {
			r.report(steps[i], a, append(r.judge(x, a), r.countHits(x, hits)...))
		}
	}
	return nil
}

// prepare takes a step that is no exchange.
func (r *replay) prepare(ctx context.Context, s step) error {
	if s.database != "" {
		act := r.node.StopDatabase
		if s.database == databaseStart {
			act = r.node.StartDatabase
		}
		if act == nil {
			return fmt.Errorf("nothing to %s the database with", s.database)
		}
		act()
		r.databaseDown = s.database == databaseStop
	}
	select {
	case <-time.After(min(s.wait, r.node.LongestWait)):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// pair returns the answers in the order of the exchanges that they suit. Those that suit none fill the places left.
func (r *replay) pair(steps []step, got []*answer) []*answer {
	if len(steps) == 1 {
		return got
	}
	paired := make([]*answer, len(steps))
	var left []int
	for i, s := range steps {
		suits := slices.IndexFunc(got, func(candidate *answer) bool {
			defer r.tr.forget(r.tr.mark())
			return len(r.judge(s.exchange, candidate)) == 0
		})
		if suits < 0 {
			left = append(left, i)
			continue
		}
		paired[i] = got[suits]
		got = slices.Delete(got, suits, suits+1)
	}
	for i, place := range left {
		paired[place] = got[i]
	}
	return paired
}

// judge returns how an answer differs from what is expected of x.
func (r *replay) judge(x *exchange, got *answer) []Difference {
	t := &trial{exchange: x, got: got, node: r.node, env: r.rec.Env, databaseDown: r.databaseDown}
	t.asRecorded = func() []Difference {
		if got == nil {
			return []Difference{{"answer", fmt.Sprintf("status %d", x.answer.status), absent}}
		}
		c := &comparison{tr: r.tr, exchange: x, rules: rulesFor(x, r.rec.Env)}
		c.answers(x.answer, got)
		return c.found
	}
	d := t.departure()
	if d == nil {
		return t.asRecorded()
	}
	differences := d.differences(t)
	for i := range differences {
		differences[i].Want += fmt.Sprintf(" (departure: %s; %s)", d.name, d.why)
	}
	return differences
}

// departure returns the departure that applies, or nil.
func (t *trial) departure() *departure {
	for i := range departures {
		if departures[i].applies(t) {
			return &departures[i]
		}
	}
	return nil
}

func (r *replay) report(s step, got *answer, differences []Difference) {
	if len(differences) == 0 {
		return
	}
	r.found = append(r.found, Mismatch{
		File: r.rec.file(), Line: s.line, Request: s.exchange.describe(), Differences: differences, answer: got,
	})
}
