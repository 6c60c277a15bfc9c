// Package peers compares what a request costs in kongo with what it costs in other proxies on the same machine.
//
//	go run ./bench/compare                     # the table, in Markdown
//	go run ./bench/compare -write docs/performance.md
//	go run ./bench/compare -baseline ./kongo-before -peers nginx,baseline,kongo -only "small GET"
//	go run ./bench/compare -profile ./profile -only "small GET, c=32"
//
// # What is measured
//
// CPU time of the proxy's process for each completed request, or for each gigabyte of body: user and system time by the
// kernel's clock of the process, divided by what the load generator counted (process.go, traffic.go). Requests per second
// and latencies are not looked at; on a shared machine they measure the neighbours.
//
// A proxy runs alone on the last processor, one worker. The load generator and the upstream server share the first one.
// Both are single-threaded epoll loops that make no more system calls than they must (load.go, upstream.go), because
// a proxy that waits for its load is charged for going to sleep.
//
// Where the unit of a [Work] says so, the cost is something else: the time until a start or a change is in force, the p99 of
// a load under changes (changes.go), or memory (memory.go). Changes go through kongo's Admin API (editor.go), to nodes with
// 100,000 routes in the embedded store (stored.go) or in a file. The time that a change takes begins with the request to the
// Admin API, so that it holds the write, the event, and the next snapshot. Times suffer from neighbours; compare those of one
// round.
//
// # Rounds
//
// In a [Round] everybody has a turn at the same [Work]. Ratios are taken within a round, and the table shows their median and
// range over all rounds, with the share of its processor that the proxy used (compare.go, table.go). The first of those who
// do a work is what the others are compared with. What fails is left out, with a remark; the rest goes on.
//
// # Proxies
//
// nginx and HAProxy come from the system. A reverse proxy of fasthttp's HostClient and one of net/http's are parts of this
// package, started as processes of their own (builtin.go). kongo is the real binary with all its parts at work: a service over
// an upstream entity, routes, health, headers and request ids, metrics; the access log is off, as in the others (kongo.go).
// Another build of it can take part as the baseline of a change.
package peers
