package peers

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Options say what to compare, and how long.
type Options struct {
	Kongo    string        // path of the binary
	Baseline string        // path of another build of kongo to compare with; empty for none
	Peers    []string      // names of proxies that take part, kongo in all its forms if it does; nil is all
	Rounds   int           // in which every proxy has a turn at every work
	Duration time.Duration // of a turn
	Only     string        // works whose name contains it; empty is all
	Progress func(string)  // told what happens, one line each

	watch func(pid int) (*exec.Cmd, error) // starts what watches a proxy at work; nil for none
}

// A Round is what one work cost each of its contenders in turn, by name. Those that failed are missing.
type Round map[string]Cost

// Cost is what a turn cost.
type Cost struct {
	PerUnit float64 // in the unit of the work
	Share   float64 // of a processor that the proxy used, 0 to 1
}

// Result is a work with all its rounds.
type Result struct {
	Work
	Rounds []Round
}

// Compare runs everything in turns. Proxies that are not installed or do not start are left out, as are turns that fail, and
// Progress is told.
func Compare(ctx context.Context, o Options) (results []Result, err error) {
	for _, w := range Works() {
		if strings.Contains(w.Name, o.Only) {
			results = append(results, Result{Work: w})
		}
	}
	if err := PinLoad(); err != nil {
		return nil, err
	}
	directory, err := os.MkdirTemp("", "kongo-bench-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(directory)) }()
	b, err := newBench(directory, o)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	b.start(results)
	for n := range o.Rounds {
		for i := range results {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			o.Progress(fmt.Sprintf("round %d of %d: %s", n+1, o.Rounds, results[i].Name))
			results[i].Rounds = append(results[i].Rounds, b.turns(ctx, results[i].Work))
		}
	}
	if results = slices.DeleteFunc(results, func(r Result) bool { return r.first() == "" }); len(results) == 0 {
		return nil, errors.New("nothing was measured")
	}
	return results, nil
}

// bench is the upstream server and the proxies that run.
type bench struct {
	site     site // without a directory
	options  Options
	root     string // of the directories of proxies
	upstream *process
	kinds    map[string]kind   // that take part
	proxies  map[string]*proxy // by kind, those that serve through all rounds
	started  int
}

// newBench starts the upstream server.
func newBench(directory string, o Options) (*bench, error) {
	addresses, err := freeAddresses(1)
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	certificate, key, err := makeCertificate(directory)
	if err != nil {
		return nil, err
	}
	server, err := launch(loadProcessor, exec.Command(self, roleUpstream, addresses[0].String()), firstRequest, addresses[0])
	if err != nil {
		return nil, err
	}
	return &bench{
		site: site{
			upstream: addresses[0], certificate: certificate, key: key, kongo: o.Kongo, baseline: o.Baseline, stored: new(storedRoutes),
		},
		options: o, root: directory, upstream: server, kinds: make(map[string]kind), proxies: make(map[string]*proxy),
	}, nil
}

func (b *bench) close() (err error) {
	for _, p := range b.proxies {
		err = errors.Join(err, p.Close())
	}
	return errors.Join(err, b.upstream.Close(), b.site.stored.close())
}

// start finds out who takes part and starts the proxies that serve through all rounds.
func (b *bench) start(results []Result) {
	for _, kind := range kinds {
		switch {
		case kind.name == nameBaseline && b.options.Baseline == "":
			continue
		case b.options.Peers != nil && !slices.Contains(b.options.Peers, kind.peer()):
			continue
		case !installed(kind.program):
			b.options.Progress(kind.name + " is left out: install the package " + kind.program)
			continue
		}
		b.kinds[kind.name] = kind
		if !slices.ContainsFunc(results, func(r Result) bool { return r.needsRunning(kind.name) }) {
			continue
		}
		b.options.Progress("starting " + kind.name)
		p, err := b.launch(kind)
		if err != nil {
			b.options.Progress(kind.name + " is left out: " + err.Error())
			continue
		}
		b.proxies[kind.name] = p
	}
}

// launch starts one more process of a kind.
func (b *bench) launch(k kind) (*proxy, error) {
	b.started++
	own := b.site
	own.directory = filepath.Join(b.root, fmt.Sprint(b.started))
	if err := os.Mkdir(own.directory, 0o700); err != nil {
		return nil, err
	}
	p, err := k.start(own)
	if err != nil {
		return nil, fmt.Errorf("starting %s: %w", k.name, err)
	}
	return p, nil
}

// turns lets every contender do a work once.
func (b *bench) turns(ctx context.Context, w Work) Round {
	round := make(Round)
	for _, c := range w.contenders {
		if ctx.Err() != nil {
			break
		}
		cost, err := b.turn(w, c)
		switch {
		case errors.Is(err, errAbsent):
		case err != nil:
			b.options.Progress(fmt.Sprintf("%s: %s: %v", w.Name, c.name, err))
		default:
			round[c.name] = cost
		}
	}
	return round
}

// errAbsent says that a proxy takes no part.
var errAbsent = errors.New("takes no part")

// turn lets one contender do a work.
func (b *bench) turn(w Work, c contender) (cost Cost, err error) {
	p := b.proxies[c.kind]
	if kind, ok := b.kinds[c.kind]; ok && c.fresh {
		if p, err = b.launch(kind); err != nil {
			return cost, err
		}
		defer func() { err = errors.Join(err, p.Close()) }()
	}
	if p == nil {
		return cost, errAbsent
	}
	return b.cost(w, c, p)
}

// cost measures one contender at one work.
func (b *bench) cost(w Work, c contender, p *proxy) (cost Cost, err error) {
	if b.options.watch != nil {
		var watcher *exec.Cmd
		if watcher, err = b.options.watch(p.command.Process.Pid); err != nil {
			return cost, err
		}
		defer func() { err = errors.Join(err, unwatch(watcher)) }()
	}
	before, err := p.processorTime()
	if err != nil {
		return cost, err
	}
	start := time.Now()
	done, err := c.do(p, b.options.Duration)
	if err != nil {
		return cost, err
	}
	took := time.Since(start)
	after, err := p.processorTime()
	if err != nil {
		return cost, err
	}
	used := after - before
	cost.Share = used.Seconds() / took.Seconds()
	switch w.Unit {
	case perRequest:
		cost.PerUnit = used.Seconds() * 1e6 / max(done, 1)
	case perGigabyte:
		cost.PerUnit = used.Seconds() / done
	default:
		cost.PerUnit = done
	}
	return cost, nil
}
