package node

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"syscall"

	"github.com/kongo-gateway/kongo/conf"
	"github.com/kongo-gateway/kongo/handover"
)

// Signals are those that Run answers. Nginx: controlling nginx.
var Signals = []os.Signal{
	syscall.SIGTERM, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGHUP, syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGWINCH,
}

// State is what a process that runs nodes is doing.
type State int

// States of a process.
const (
	Serving State = iota
	Reloading
	Stopping
)

// Hooks are what Run asks of whoever owns the process. All are required.
type Hooks struct {
	// Ready is called once, when signals are answered and another process could take over. An error ends the node.
	Ready func() error
	// Load returns the configuration to take over at a reload.
	Load func() (*conf.Config, error)
	// Reopened is called after the logs were opened again.
	Reopened func()
	// Configured is called when another node serves in this process, with its configuration.
	Configured func(*conf.Config)
	// Upgrade starts another process that takes the place of this one, and returns when that serves.
	Upgrade func() error
	// State is told what the process is doing. A process that was replaced by another one says no more.
	State func(State)
}

// Run answers signals until one of them ends the node, and returns when everything is closed:
//
//	TERM, INT  end at once
//	QUIT       refuse new connections, end when the last request is done or nginx_main_worker_shutdown_timeout has passed
//	WINCH      the same, but the process stays until another signal ends it
//	HUP        take over the configuration: what can be changed under way is, see Reload; for anything else another node is
//	           made in this process, which gets the sockets, and this one ends as with QUIT
//	USR1       open the logs again
//	USR2       have another process take the place of this one, see Hooks.Upgrade
//
// Any process that takes the sockets (package handover) makes this one end as with QUIT. The error is that of Hooks.Ready.
func (n *Node) Run(signals <-chan os.Signal, hooks Hooks) error {
	ctx, cancel := context.WithCancel(context.Background())
	r := &runner{node: n, hooks: hooks, ctx: ctx}
	defer func() {
		cancel() // whatever is still draining ends now
		r.draining.Wait()
		if r.drained != nil {
			<-r.drained
		}
		r.node.Close()
	}()
	r.offer()
	defer r.withdraw()
	if err := hooks.Ready(); err != nil {
		return err
	}
	hooks.State(Serving)
	for {
		select {
		case <-r.done:
			return nil
		case <-r.taken:
			r.taken, r.replaced = nil, true
			r.node.log.Log(ctx, levelNotice, "another process has taken over; this one finishes its requests")
			r.withdraw()
			r.end()
		case signal := <-signals:
			r.node.log.Log(ctx, levelNotice, "received a signal", "signal", signal.String())
			if r.answer(signal) {
				return nil
			}
		}
	}
}

// runner is the state of Run.
type runner struct {
	node    *Node      // that serves
	serving sync.Mutex // held while the sockets of node are copied, or node is replaced
	hooks   Hooks
	ctx     context.Context // ends all draining

	offered *handover.Offer // nil if there is none
	taken   <-chan struct{}
	// replaced says that another process has the place of this one.
	replaced bool

	draining      sync.WaitGroup
	drained, done <-chan struct{} // of the node that serves; done is drained once the process is to end with it
}

// answer does what a signal asks for, and reports whether that is to end at once.
func (r *runner) answer(signal os.Signal) bool {
	switch signal {
	case syscall.SIGTERM, syscall.SIGINT:
		r.stopping()
		return true
	case syscall.SIGQUIT:
		r.stopping()
		r.end()
	case syscall.SIGWINCH:
		r.drain()
	case syscall.SIGHUP:
		if r.drained == nil {
			r.hangUp()
		}
	case syscall.SIGUSR1:
		r.node.ReopenLogs()
		r.hooks.Reopened()
	case syscall.SIGUSR2:
		if r.drained == nil {
			r.upgrade()
		}
	}
	return false
}

// stopping says that the process ends, unless another one has its place.
func (r *runner) stopping() {
	if !r.replaced {
		r.hooks.State(Stopping)
	}
}

// end lets the process end when the requests in flight are done.
func (r *runner) end() {
	r.drain()
	r.done = r.drained
}

func (r *runner) drain() {
	if r.drained == nil {
		r.drained = r.node.drain(r.ctx)
	}
}

// offer lets other processes take the sockets of the node that serves. That it can't is no reason not to serve.
func (r *runner) offer() {
	name, err := handover.Name(string(r.node.prefix), os.Getpid())
	if err == nil {
		r.offered, err = handover.Listen(name, r.files)
	}
	if err != nil {
		r.node.log.Warn("a restart of this node will refuse connections for a moment", "error", err)
		return
	}
	r.taken = r.offered.Taken()
}

// files returns duplicates of the sockets for another process.
func (r *runner) files() (map[string]*os.File, error) {
	r.serving.Lock()
	defer r.serving.Unlock()
	return r.node.sockets.Files()
}

func (r *runner) withdraw() {
	if r.offered != nil {
		_ = r.offered.Close()
		r.offered = nil
	}
}

// upgrade has another process take over; that tells of itself by taking the sockets.
func (r *runner) upgrade() {
	if err := r.hooks.Upgrade(); err != nil {
		r.node.log.Error("no other process could take over, this one goes on", "error", err)
	}
}

// drain begins to stop serving. The channel is closed when it is done, by itself, by nginx_main_worker_shutdown_timeout or
// by the context. Nginx: without that setting there is no limit.
func (n *Node) drain(ctx context.Context) <-chan struct{} {
	cancel := context.CancelFunc(func() {})
	if limit := n.config.Duration("nginx_main_worker_shutdown_timeout"); limit > 0 {
		ctx, cancel = context.WithTimeout(ctx, limit)
	}
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		defer cancel()
		n.stopServing(ctx)
	}()
	return drained
}

// hangUp takes over the configuration that is there now, or goes on as before.
func (r *runner) hangUp() {
	r.hooks.State(Reloading)
	defer r.hooks.State(Serving)
	config, err := r.hooks.Load()
	if err == nil {
		names := r.node.changed(config)
		if len(names) == 0 || r.node.keepsItsOwn(config) {
			err = r.node.Reload(config)
		} else if err = r.succeed(config); err == nil {
			r.node.log.Log(r.ctx, levelNotice, "reloaded; another set of listeners serves, for changed settings: "+strings.Join(names, ", "))
		}
	}
	if err != nil {
		r.node.log.Error("could not reload, the node goes on as it was", "error", err)
	}
}

// keepsItsOwn reports whether a node has a configuration that only its memory holds.
func (n *Node) keepsItsOwn(config *conf.Config) bool {
	return n.loader != nil && config.String("declarative_config") == "" && config.String("declarative_config_string") == ""
}

// succeed starts a node with another configuration on the sockets of the one that serves, and lets that finish its requests.
func (r *runner) succeed(config *conf.Config) error {
	files, err := r.files()
	if err != nil {
		return err
	}
	defer func() {
		for _, file := range files {
			_ = file.Close()
		}
	}()
	next, err := Start(r.ctx, Options{Config: config, Version: r.node.version, Replaces: true, Inherited: files, pid: r.node.pid})
	if err != nil {
		return fmt.Errorf("start with changed settings: %w", err)
	}
	before := r.node
	before.followed.Store(true)
	r.serving.Lock()
	r.node = next
	r.serving.Unlock()
	drained := before.drain(r.ctx)
	r.draining.Go(func() {
		<-drained
		before.Close()
	})
	r.hooks.Configured(config)
	return nil
}
