package kongo_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/kongo-gateway/kongo/bench"
	"github.com/kongo-gateway/kongo/internal/testenv"
)

// The goroutine of fasthttp's that is left out of account outlives its server by one sleep of ten seconds.
func TestMain(m *testing.M) {
	testenv.Main(m, goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*workerPool).Start.func2"))
}

// Benchmark runs the benchmarks of package bench. In `go test -bench ./bench` the words ./bench are a pattern for the names
// of benchmarks, not a folder, and this is what they match: a name of any kind, and below it one with bench in it.
func Benchmark(b *testing.B) {
	b.Run("bench/Match", bench.Match)
	b.Run("bench/Pick", bench.Pick)
	b.Run("bench/Pool", bench.Pool)
	b.Run("bench/Plain", bench.Plain)
	b.Run("bench/PlainHeaders", bench.Headers)
	b.Run("bench/PlainParallel", bench.PlainParallel)
	b.Run("bench/Splice", bench.Splice)
	b.Run("bench/Build", bench.Build)
	b.Run("bench/Swap", bench.Swap)
	b.Run("bench/Start", bench.Start)
	b.Run("bench/Many", bench.Many)
}
