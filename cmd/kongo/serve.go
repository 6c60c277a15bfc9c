package main

import (
	"context"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"github.com/kongo-gateway/kongo/conf"
	"github.com/kongo-gateway/kongo/handover"
	"github.com/kongo-gateway/kongo/node"
	"github.com/kongo-gateway/kongo/prefix"
)

// noContext is for log lines of commands, which belong to no request.
var noContext = context.Background()

// serving is what a process does around its node. All may be nil.
type serving struct {
	// replaces says that the node takes the place of the one that runs in the prefix.
	replaces bool
	// up is called when the node serves; an error ends it, unless it has taken another's place.
	up func(*node.Node) error
	// reopened is called when the logs were opened again.
	reopened func()
}

// serve runs a node in this process until a signal ends it.
func (t *terminal) serve(config *conf.Config, s serving) error {
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, node.Signals...)
	defer signal.Stop(signals)
	signal.Ignore(syscall.SIGPIPE) // a log that nobody reads any more is no reason to die
	useProcessors(config)
	dir := prefix.Dir(config.String("prefix"))
	o := node.Options{Config: config, Version: version()}
	var taking *handover.Taking
	if s.replaces {
		var err error
		if taking, err = takeOver(dir); err != nil {
			return err
		}
		defer taking.Close()
		o.Replaces, o.Inherited = true, taking.Files
	}

	ctx, stop := signal.NotifyContext(noContext, os.Interrupt, syscall.SIGTERM, syscall.SIGQUIT)
	defer stop()
	n, err := node.Start(ctx, o)
	if err != nil {
		return err
	}
	if taking != nil {
		if err := taking.Commit(); err != nil {
			n.Close()
			return err
		}
	}
	defer watchdog()()
	hooks := node.Hooks{
		Ready: func() error {
			if s.up == nil {
				return nil
			}
			err := s.up(n)
			if taking != nil {
				err = nil
			}
			return err
		},
		Load:       func() (*conf.Config, error) { return t.loadOwn(dir) },
		Reopened:   func() {},
		Configured: useProcessors,
		Upgrade: func() error {
			config, err := t.loadOwn(dir)
			if err == nil {
				_, err = t.startInBackground(config, true)
			}
			return err
		},
		State: tellSystemd,
	}
	if s.reopened != nil {
		hooks.Reopened = s.reopened
	}
	return n.Run(signals, hooks)
}

// useProcessors limits the process to as many processors as it has workers.
func useProcessors(config *conf.Config) {
	if workers := config.Int("nginx_main_worker_processes"); workers > 0 {
		runtime.GOMAXPROCS(workers)
	}
}

// takeOverTimeout bounds the wait for a process to hand over its sockets, which it does by itself.
const takeOverTimeout = 10 * time.Second

// takeOver asks the node that runs in a directory for its sockets.
func takeOver(dir prefix.Dir) (*handover.Taking, error) {
	process, err := dir.Running()
	if err != nil {
		return nil, err
	}
	name, err := handover.Name(string(dir), process.Pid())
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(noContext, takeOverTimeout)
	defer cancel()
	return handover.Take(ctx, name)
}

// loadOwn loads the configuration that a command has left in the prefix for the node.
func (t *terminal) loadOwn(dir prefix.Dir) (*conf.Config, error) {
	return conf.Load(conf.Options{RunningPrefix: string(dir), DumpOnly: true, Environ: t.environ, UserExists: userExists})
}
