package node

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"github.com/kongo-gateway/kongo/prefix"
)

// Start starts a node. The context bounds the start alone. When Start fails, everything is closed again.
func Start(ctx context.Context, o Options) (*Node, error) {
	n := &Node{
		version:   o.Version,
		config:    o.Config,
		prefix:    prefix.Dir(o.Config.String("prefix")),
		replaces:  o.Replaces,
		inherited: o.Inherited,
		pid:       o.pid,
		log:       slog.New(slog.DiscardHandler),
		tls:       map[string]*certificates{},
	}
	for _, step := range []func(context.Context) error{
		n.checkRole,
		n.openLogs,
		n.openStore,
		n.identify,
		n.loadDeclarative,
		n.openSockets,
		n.loadCertificates,
		n.startResolving,
		n.startProxy,
		n.makeMember,
		n.startAPIs,
		n.startJobs,
		n.writePid,
		n.joinCluster,
	} {
		if err := step(ctx); err != nil {
			n.Close()
			return nil, err
		}
	}
	n.log.Log(ctx, levelNotice, "kongo is up", "version", n.version, "node_id", n.id, "database", n.config.String("database"))
	return n, nil
}

// checkRole refuses what kongo cannot be: a part of a hybrid deployment would silently do without its other half.
func (n *Node) checkRole(context.Context) error {
	if role := n.config.String("role"); role != "traditional" {
		return fmt.Errorf("role = %s is not supported: kongo serves as a node of its own (role = traditional)", role)
	}
	return nil
}

// startJobs starts what a node does at its own pace.
func (n *Node) startJobs(context.Context) error {
	ctx, cancel := context.WithCancel(context.Background())
	var jobs sync.WaitGroup
	jobs.Go(func() { n.feed.Run(ctx) })
	jobs.Go(func() { n.expire(ctx) })
	jobs.Go(func() { n.cluster.Run(ctx) })
	n.onClose("background jobs", func() error {
		cancel()
		jobs.Wait()
		return nil
	})
	return nil
}

// writePid tells other processes that the node is there. The file goes last, when the node is no more, so it is taken out
// of the order in which everything else is closed.
func (n *Node) writePid(context.Context) error {
	last := closer{"the pid file", func() error {
		if n.followed.Load() {
			return nil
		}
		return n.pid.Remove()
	}}
	if n.pid != nil {
		n.closers.all = append([]closer{last}, n.closers.all...)
		return nil
	}
	if _, err := n.prefix.Running(); err == nil && !n.replaces {
		return fmt.Errorf("Kong is already running in %s", n.prefix)
	} else if err != nil && !errors.Is(err, prefix.ErrNotRunning) {
		return err
	}
	var err error
	if n.pid, err = n.prefix.WritePid(); err != nil {
		return err
	}
	n.closers.all = append([]closer{last}, n.closers.all...)
	return nil
}
