// Package doctor examines a node and what it depends on, and says what to do about whatever is wrong: its configuration, its
// datastore, the other nodes, its listeners, and the servers that it sends requests to.
//
//	for _, r := range doctor.Examine(ctx, config, log) {
//		fmt.Println(r.Result, r.Check, r.Detail, r.Remedy)
//	}
//
// Each check is a function in a small file of its own, named for it; checks in this file's neighbour checks.go are done in
// their order, which is that of a request's needs. A check that finds nothing wrong says so in one line. A check that needs
// what an earlier one found missing is left out: one fault is told once.
//
// Nothing is changed but for a lock that is taken and given back, and a probe for the other nodes (see package cluster). The
// node itself need not run.
//
// The package is about what people meet; what it looks at is the business of packages conf, node and cluster.
package doctor
