package transfer

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/kongo-gateway/kongo/datastore"
)

const (
	// usualVerification is how often everything is compared while following.
	usualVerification = 5 * time.Minute
	// settling is the time in which more changes are waited for before the first is acted on.
	settling = 200 * time.Millisecond
	// retryPause is the time after a failure until the next attempt.
	retryPause = 2 * time.Second
)

// Follow copies as Copy does, and goes on to copy what changes in the source until ctx is done. Then it compares everything
// once more, copies what is left, and reports as Copy does. Nobody else may write to the target meanwhile: what the source
// does not have is deleted.
func Follow(ctx context.Context, from Source, to Target, opts Options) (Report, error) {
	c, err := newCopier(ctx, from, to, opts)
	if err != nil {
		return Report{}, err
	}
	n := &news{changed: make(map[string]bool), arrived: make(chan struct{}, 1)}
	from.Feed.Subscribe(func(_ context.Context, events []datastore.Event) { n.take(c.copied, events) },
		datastore.ChannelInvalidations, datastore.ChannelCoreInvalidations, datastore.ChannelTargets, datastore.ChannelUpstreams)
	polling, stop := context.WithCancel(context.WithoutCancel(ctx))
	var polls sync.WaitGroup
	polls.Go(func() { from.Feed.Run(polling) })
	defer polls.Wait()
	defer stop()

	report, err := c.copy(ctx, c.copied, opts.DeleteExtra)
	var differs *DifferenceError
	if err != nil && !errors.As(err, &differs) { // the source may have changed all the time
		return report, err
	}
	opts.Log.Info("following the changes of the source", "rows", report.Rows(), "differing", report.differing())
	if differs != nil {
		n.add(c.copied)
	}
	c.follow(ctx, n)
	opts.Log.Info("comparing everything for the last time")
	return c.copy(context.WithoutCancel(ctx), c.copied, true)
}

// follow copies what news there is until ctx is done.
func (c *copier) follow(ctx context.Context, n *news) {
	every := c.opts.VerifyEvery
	if every == 0 {
		every = usualVerification
	}
	verification := time.NewTicker(every)
	defer verification.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-verification.C:
			n.add(c.copied)
		case <-n.arrived:
		}
		if !wait(ctx, settling) {
			return
		}
		changed := n.among(c.copied)
		report, err := c.copy(ctx, changed, true)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			c.opts.Log.Warn("could not follow a change; trying again", "error", err)
			if !wait(ctx, retryPause) {
				return
			}
			n.add(c.copied) // the reason may be a row of another entity
			continue
		}
		for _, k := range report.Kinds {
			c.opts.Log.Debug("followed", "entity", k.Name, "rows", k.Target.Rows)
		}
	}
}

// wait waits, and reports whether ctx is not done.
func wait(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// news are the entities that have changed in the source and have not been compared since. Arrived has a value if there are
// any.
type news struct {
	mu      sync.Mutex
	changed map[string]bool
	arrived chan struct{}
}

// take adds what events are about.
func (n *news) take(kinds []kind, events []datastore.Event) {
	var concerned []kind
	for _, k := range kinds {
		for _, event := range events {
			if event.Concerns(k.name) {
				concerned = append(concerned, k)
				break
			}
		}
	}
	n.add(concerned)
}

func (n *news) add(kinds []kind) {
	if len(kinds) == 0 {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, k := range kinds {
		n.changed[k.name] = true
	}
	select {
	case n.arrived <- struct{}{}:
	default:
	}
}

// among returns those of kinds that have changed, and forgets them.
func (n *news) among(kinds []kind) []kind {
	n.mu.Lock()
	defer n.mu.Unlock()
	var changed []kind
	for _, k := range kinds {
		if n.changed[k.name] {
			changed = append(changed, k)
		}
	}
	clear(n.changed)
	return changed
}
