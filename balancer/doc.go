// Package balancer spreads requests over the targets of an upstream and keeps account of how the targets are.
//
// It knows upstreams, targets, algorithms, health checks and, in its sub-package dns, name resolution. It knows nothing of
// HTTP routing, of storage, or of how requests are sent: a caller asks where the next attempt goes and says later how it
// went.
//
// # Life of a balancer
//
// Whoever builds a snapshot of the configuration calls [New] with an [Upstream] and its [Target]s. A [Balancer] does not
// change its description; when the upstream or one of its targets changes, New makes another that names the old one as
// Options.Previous, and the old one is closed when nobody picks from it any more. Closing the old one only after New is
// what carries health across:
//
//	next := balancer.New(ctx, upstream, targets, options) // options.Previous = old
//	publish(next)
//	old.Close()
//
// The data path calls [Balancer.Pick] for each attempt and [Balancer.Report] when the attempt has ended. The Admin API
// calls [Balancer.Health] and [Balancer.SetHealth].
//
// # From targets to addresses
//
// A target that is a name stands for all its addresses, each of which has the whole weight of the target. New waits for the
// first answers until its context is done. Later answers come from a job that looks the name up whenever an answer has
// expired, and change the set of addresses in place: new addresses start healthy, those that stay keep their health. What
// happens when a name server fails is the business of package dns, which goes on with the old answer.
//
// # How a pick works
//
// A pick reads a pool through an atomic pointer. The pool holds only addresses that are available, or the reason why none
// may be used: no weight at all, or a healthy share that does not exceed the threshold. Every event that moves an address
// from one side to the other (a report, a probe, a word of the Admin API, a new answer of a name server) makes a new pool.
// These events are rare, requests are not; so picks never look at states, never skip and never lock.
//
// Each algorithm is one type with a pick method, see selection in pool.go. Round-robin is the only one so far and serves
// for the others, see [Balancer.Substituted]. It differs from Kong's in two details that only improve the spread: requests
// are dealt out evenly within a turn rather than in random order, and the share of an unhealthy address goes to all others
// by their weights rather than to whoever is next.
//
// # Health
//
// The health of an address is a [State] and four counters in one atomic word (state.go). Requests and probes report
// outcomes; [Criteria] tell what an outcome counts as and how many of a kind decide. All this is kept by a monitor, one for
// each upstream, which the successive balancers of the upstream share: a rebuild loses neither states nor counters, nor
// does it put off probes, however often targets change.
//
// Health is tracked only if some check is configured. Otherwise addresses are always available and the health report says
// HEALTHCHECKS_OFF.
//
// # Work in the background
//
// One [Checker] per node has one goroutine that waits for the next job to be due: a round of probes over the healthy or the
// unhealthy addresses of an upstream, or a lookup of a name. Jobs run in their own goroutines, never the same one twice at
// a time. Balancer.Close ends the jobs of the balancer and waits for them, Checker.Close does it for all.
package balancer
