// Package bench measures kongo from the outside: the real binary, as somebody would run it.
//
//	go test -bench . ./bench
//	go test -bench ./bench        # the same, from the root of the module
//
// Every benchmark is a function that takes a *testing.B and reports metrics of its own beside the time, so that the
// benchmarks of this package and of the root of the module are the same. Numbers from a busy machine measure its
// neighbours: compare medians, and runs that were made in turn.
package bench
