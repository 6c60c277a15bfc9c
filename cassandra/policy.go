package cassandra

import (
	"context"
	"sync/atomic"

	"github.com/gocql/gocql"
)

// policy chooses the node that a request is sent to: of those that have the row, one after the other, and where the setting
// says so, all requests of one call of a method go to the node that the first of them went to.
//
// Kong 2.8: cassandra_lb_policy.
type policy struct {
	gocql.HostSelectionPolicy
	pinned bool
	// nodes is the number of those that are known, up or down.
	nodes atomic.Int64
	// near is set once a node of the local data center is known, or any if there is no such setting.
	near atomic.Bool
}

func newPolicy(opts *Options) *policy {
	turns := gocql.RoundRobinHostPolicy()
	if opts.local() {
		turns = gocql.DCAwareRoundRobinPolicy(opts.LocalDataCenter)
	}
	return &policy{HostSelectionPolicy: gocql.TokenAwareHostPolicy(turns, gocql.ShuffleReplicas()), pinned: opts.pinned()}
}

// pin is the node that the requests of a context are sent to, once one was.
type pin struct {
	host atomic.Pointer[gocql.HostInfo]
	// avoided is a node that is asked after all others, if it is not nil.
	avoided *gocql.HostInfo
}

type pinKey struct{}

// pinning returns a context whose requests go to one node, as long as that is up.
func (p *policy) pinning(ctx context.Context) context.Context {
	if !p.pinned {
		return ctx
	}
	return pinned(ctx)
}

// pinned is pinning whatever the setting.
func pinned(ctx context.Context) context.Context {
	if ctx.Value(pinKey{}) != nil {
		return ctx
	}
	return context.WithValue(ctx, pinKey{}, new(pin))
}

// elsewhere returns a context whose requests go to another node than those of ctx went to.
func elsewhere(ctx context.Context) context.Context {
	other := new(pin)
	if first, _ := ctx.Value(pinKey{}).(*pin); first != nil {
		other.avoided = first.host.Load()
	}
	return context.WithValue(ctx, pinKey{}, other)
}

// Pick implements gocql.HostSelectionPolicy.
func (p *policy) Pick(q gocql.ExecutableQuery) gocql.NextHost {
	next := nearby(p.IsLocal, p.HostSelectionPolicy.Pick(q))
	chosen, _ := q.Context().Value(pinKey{}).(*pin)
	if chosen == nil {
		return next
	}
	if chosen.avoided != nil {
		next = last(chosen.avoided, next)
	}
	first := chosen.host.Load()
	return func() gocql.SelectedHost {
		if first != nil && first.IsUp() {
			host := pinnedHost{first}
			first = nil
			return host
		}
		host := next()
		if host != nil {
			chosen.host.Store(host.Info())
		}
		return host
	}
}

// nearby ends before the nodes of other data centers, unless none of the local one came before them. A local quorum that
// can't be had here would be had there, and be that of other replicas.
func nearby(local func(*gocql.HostInfo) bool, next gocql.NextHost) gocql.NextHost {
	found := false
	return func() gocql.SelectedHost {
		host := next()
		if host == nil {
			return nil
		}
		near := local(host.Info())
		if found && !near {
			return nil
		}
		found = found || near
		return host
	}
}

// last moves a node to the end.
func last(avoided *gocql.HostInfo, next gocql.NextHost) gocql.NextHost {
	var postponed gocql.SelectedHost
	return func() gocql.SelectedHost {
		host := next()
		if host != nil && host.Info() == avoided {
			postponed = host
			host = next()
		}
		if host == nil {
			host, postponed = postponed, nil
		}
		return host
	}
}

// AddHost implements gocql.HostSelectionPolicy.
func (p *policy) AddHost(host *gocql.HostInfo) {
	p.nodes.Add(1)
	if p.IsLocal(host) {
		p.near.Store(true)
	}
	p.HostSelectionPolicy.AddHost(host)
}

// RemoveHost implements gocql.HostSelectionPolicy.
func (p *policy) RemoveHost(host *gocql.HostInfo) {
	p.nodes.Add(-1)
	p.HostSelectionPolicy.RemoveHost(host)
}

type pinnedHost struct{ host *gocql.HostInfo }

func (h pinnedHost) Info() *gocql.HostInfo { return h.host }
func (h pinnedHost) Mark(error)            {}
