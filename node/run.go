package node

import (
	"context"
	"os"
	"syscall"

	"github.com/kongo-gateway/kongo/conf"
)

// Signals are those that Run answers. Nginx: controlling nginx.
var Signals = []os.Signal{
	syscall.SIGTERM, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGHUP, syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGWINCH,
}

// Hooks are what Run asks of whoever owns the process. Both are required.
type Hooks struct {
	// Load returns the configuration to take over at a reload.
	Load func() (*conf.Config, error)
	// Reopened is called after the logs were opened again.
	Reopened func()
}

// Run answers signals until one of them ends the node, and returns when everything is closed:
//
//	TERM, INT  end at once
//	QUIT       refuse new connections, end when the last request is done or nginx_main_worker_shutdown_timeout has passed
//	WINCH      the same, but the process stays until another signal ends it
//	HUP        take over what can be changed under way, see Reload
//	USR1       open the logs again
//
// USR2, with which nginx starts a new binary, is answered by a line in the log.
func (n *Node) Run(signals <-chan os.Signal, hooks Hooks) {
	ctx, cancel := context.WithCancel(context.Background())
	defer n.Close()
	var drained, done <-chan struct{} // done is drained once the node is to end with it
	defer func() {
		cancel()
		if drained != nil {
			<-drained
		}
	}()
	for {
		select {
		case <-done:
			return
		case signal := <-signals:
			n.log.Log(ctx, levelNotice, "received a signal", "signal", signal.String())
			switch signal {
			case syscall.SIGTERM, syscall.SIGINT:
				return
			case syscall.SIGQUIT, syscall.SIGWINCH:
				if drained == nil {
					drained = n.drain(ctx)
				}
				if signal == syscall.SIGQUIT {
					done = drained
				}
			case syscall.SIGHUP:
				n.hangUp(hooks.Load)
			case syscall.SIGUSR1:
				n.ReopenLogs()
				hooks.Reopened()
			case syscall.SIGUSR2:
				n.log.Warn("a running kongo cannot be replaced by another binary, restart it instead")
			}
		}
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

func (n *Node) hangUp(load func() (*conf.Config, error)) {
	config, err := load()
	if err == nil {
		err = n.Reload(config)
	}
	if err != nil {
		n.log.Error("could not reload, the node goes on as it was", "error", err)
	}
}
