// Package router chooses the route of a request.
//
// It reproduces the router of Kong 3.9 in its default flavour, traditional_compatible: what a route may ask for, and how
// routes are ranked against each other. The order Traditional ranks them as the flavour of that name and Kong 2 do. The paths it
// compares have been normalised by package urlpath. It knows nothing of services, plugins, upstreams or storage: a Route carries
// an opaque Value with a Summary of it, and a Result hands them back.
//
// # Use
//
//	r, errs := router.New(routes, router.Options{})  // errs: the routes that were left out, and why
//	r, errs = r.With(changed, removedIDs)            // another Router; the former stays as it was
//
//	path, query, err := urlpath.SplitTarget(target)   // an error is answered with 400
//	request := router.Request{Path: urlpath.Normalize(path, &buf), Host: host, …}
//	if !r.Match(&request, &result) { … 404 … }
//	dst = urlpath.AppendUpstream(dst, servicePath, request.Path, result.PathLength, strip, urlpath.V0)
//
// A Router never changes. Any number of goroutines may match against it while others derive new ones from it; the
// proxy publishes the newest behind an atomic pointer.
//
// # Parts and their priority
//
// A route whose paths differ in kind or length is split (part.go): its regular expressions form one part, the prefixes
// of each length another. The priority of a part is computed from which attributes it sets (priority.go); the larger
// one comes first, then the larger id. It has nothing to do with the request, so the answer to a request is simply the
// first part whose every attribute is satisfied.
//
// # The index
//
// Trying the parts one after the other would do, but slowly. The index (index.go) proposes the few that can match, and
// each of them decides for itself (conditions.go):
//
//	host ─┬─► exact text ──────────────┐
//	      ├─► wildcards by their end ──┤
//	      ├─► wildcards by their start ┼─► bucket: path ─► candidates ─► conditions
//	      └─► parts without hosts ─────┘
//
// Names that are compared as a whole are in a hash table (texts.go), the others and the paths in radix trees (tree.go). A
// part is filed in the bucket of each of its hosts, under each of its prefixes; a regular expression under the literal text
// that any match must begin with (regex.go), which may be empty. What files a part in one place is a posting (posting.go). A match descends each bucket along the request path
// (match.go), and keeps the best posting that accepts the request. Where many parts share one place, those that ask
// for a method or a header are filed by that once more (candidates.go).
//
// Trees and tables are persistent: With copies the way from the root to what changes, and shares the rest with the former
// router. A change to one route costs the same among ten routes and among a hundred thousand.
//
// # Other flavours
//
// The flavour traditional differs in how routes are ranked, in the ports of hosts, in the patterns for headers, and in that it
// takes any bytes for text (Traditional). It is the order that Kong means: Kong's search through short lists first, whose
// outcome depends on unrelated routes, is not imitated.
//
// The flavour expressions has requests, results and paths in common with these, but ranks and searches in its own way. It
// would be a type of its own with the methods of Router.
package router
