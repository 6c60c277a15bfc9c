package main

import (
	"context"
	"os"
	"os/signal"
	"runtime"
	"syscall"

	"github.com/kongo-gateway/kongo/conf"
	"github.com/kongo-gateway/kongo/node"
	"github.com/kongo-gateway/kongo/prefix"
)

// noContext is for log lines of commands, which belong to no request.
var noContext = context.Background()

// serving is what a process does around its node. All may be nil.
type serving struct {
	// up is called when the node serves; an error ends it.
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
	if workers := config.Int("nginx_main_worker_processes"); workers > 0 {
		runtime.GOMAXPROCS(workers)
	}

	ctx, stop := signal.NotifyContext(noContext, os.Interrupt, syscall.SIGTERM, syscall.SIGQUIT)
	defer stop()
	n, err := node.Start(ctx, node.Options{Config: config, Version: version()})
	if err != nil {
		return err
	}
	if s.up != nil {
		if err := s.up(n); err != nil {
			n.Close()
			return err
		}
	}
	dir := prefix.Dir(config.String("prefix"))
	hooks := node.Hooks{
		Load:     func() (*conf.Config, error) { return t.loadOwn(dir) },
		Reopened: func() {},
	}
	if s.reopened != nil {
		hooks.Reopened = s.reopened
	}
	n.Run(signals, hooks)
	return nil
}

// loadOwn loads the configuration that a command has left in the prefix for the node.
func (t *terminal) loadOwn(dir prefix.Dir) (*conf.Config, error) {
	return conf.Load(conf.Options{RunningPrefix: string(dir), DumpOnly: true, Environ: t.environ, UserExists: userExists})
}
