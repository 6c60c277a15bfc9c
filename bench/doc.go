// Package bench measures kongo: its parts and whole requests within this process, and the real binary from the outside.
//
//	go test -run '^$' -bench . ./bench
//	go test -bench ./bench                                          # the same, from the root of the module
//	go test -run '^$' -bench Peers -benchtime 1x -tags peers ./bench # beside other proxies; see package peers
//	make profile                                                    # where the time goes
//
// Every benchmark is a function that takes a *testing.B and reports metrics of its own beside the time, so that the
// benchmarks of this package and of the root of the module are the same. Numbers from a busy machine measure its
// neighbours: compare medians, and runs that were made in turn. No benchmark fails because of a time.
//
//   - parts.go: the search for a route (Match), the choice of a target (Pick), an exchange with an upstream server (Pool).
//   - plain.go: whole requests through a data plane (Plain, Headers, PlainParallel), and large responses (Splice).
//   - snapshot.go: a configuration that is put in force (Build), and a change to one of many routes (Swap).
//   - start.go, many.go: the binary's start, and its life with 100,000 services and routes (Many takes about a minute).
//   - node.go, traffic.go, connections.go: the data plane, client and upstream server that these use.
package bench
