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
	Peers    []string      // names of proxies that take part; nil is all
	Rounds   int           // in which every proxy has a turn at every work
	Duration time.Duration // of a turn
	Only     string        // works whose name contains it; empty is all
	Progress func(string)  // told what happens, one line each

	watch func(pid int) (*exec.Cmd, error) // starts what watches a proxy at work; nil for none
}

// A Round is what one work cost each proxy in turn.
type Round map[string]Cost

// Cost is what a turn cost.
type Cost struct {
	PerUnit float64 // in the unit of the work
	Share   float64 // of its processor that the proxy used, 0 to 1
}

// Result is a work with all its rounds.
type Result struct {
	Work
	Rounds []Round
}

// Compare runs everything in turns. Proxies that are not installed are left out, and Progress is told.
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
	if err := b.start(results); err != nil {
		return nil, err
	}
	for n := range o.Rounds {
		for i := range results {
			o.Progress(fmt.Sprintf("round %d of %d: %s", n+1, o.Rounds, results[i].Name))
			round, err := b.turn(ctx, results[i].Work)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", results[i].Name, err)
			}
			results[i].Rounds = append(results[i].Rounds, round)
		}
	}
	return results, nil
}

// bench is the upstream server and the proxies that run.
type bench struct {
	site     site // without a directory
	options  Options
	root     string // of the directories of proxies
	upstream *process
	proxies  map[string]*proxy
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
	server, err := launch(loadProcessor, exec.Command(self, roleUpstream, addresses[0].String()), addresses[0])
	if err != nil {
		return nil, err
	}
	return &bench{
		site:    site{upstream: addresses[0], certificate: certificate, key: key, kongo: o.Kongo, baseline: o.Baseline},
		options: o, root: directory, upstream: server, proxies: make(map[string]*proxy),
	}, nil
}

func (b *bench) close() (err error) {
	for _, p := range b.proxies {
		err = errors.Join(err, p.Close())
	}
	return errors.Join(err, b.upstream.Close())
}

// start starts the proxies that the works need and the machine has.
func (b *bench) start(results []Result) error {
	for _, kind := range kinds {
		if !slices.ContainsFunc(results, func(r Result) bool { return slices.Contains(r.proxies, kind.name) }) {
			continue
		}
		if !b.wanted(kind.name) {
			continue
		}
		if !installed(kind.program) {
			b.options.Progress(kind.name + " is left out: install the package " + kind.program)
			continue
		}
		b.options.Progress("starting " + kind.name)
		p, err := b.launch(kind)
		if err != nil {
			return err
		}
		b.proxies[kind.name] = p
	}
	return nil
}

// wanted reports whether a proxy is to take part.
func (b *bench) wanted(name string) bool {
	if name == nameBaseline && b.options.Baseline == "" {
		return false
	}
	return b.options.Peers == nil || slices.Contains(b.options.Peers, name)
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

// turn lets every proxy do a work once.
func (b *bench) turn(ctx context.Context, w Work) (Round, error) {
	round := make(Round)
	for _, kind := range kinds {
		p := b.proxies[kind.name]
		if p == nil || !slices.Contains(w.proxies, kind.name) {
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		cost, err := b.cost(w, kind, p)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", kind.name, err)
		}
		round[kind.name] = cost
	}
	return round, nil
}

// cost measures one proxy at one work.
func (b *bench) cost(w Work, k kind, p *proxy) (cost Cost, err error) {
	if w.idle {
		if p, err = b.launch(k); err != nil {
			return cost, err
		}
		defer func() { err = errors.Join(err, p.Close()) }()
	}
	before, err := p.processorTime()
	if err != nil {
		return cost, err
	}
	if b.options.watch != nil {
		var watcher *exec.Cmd
		if watcher, err = b.options.watch(p.command.Process.Pid); err != nil {
			return cost, err
		}
		defer func() { err = errors.Join(err, unwatch(watcher)) }()
	}
	start := time.Now()
	done, err := w.do(p, b.options.Duration)
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
	switch {
	case w.idle:
		cost.PerUnit = done
	case w.Unit == perRequest:
		cost.PerUnit = used.Seconds() * 1e6 / max(done, 1)
	default:
		cost.PerUnit = used.Seconds() / done
	}
	return cost, nil
}
