package kongo_test

import (
	"testing"

	"github.com/kongo-gateway/kongo/bench"
	"github.com/kongo-gateway/kongo/internal/testenv"
)

func TestMain(m *testing.M) { testenv.Main(m) }

// Benchmark runs the benchmarks of package bench. In `go test -bench ./bench` the words ./bench are a pattern for the names
// of benchmarks, not a folder, and this is what they match: a name of any kind, and below it one with bench in it.
func Benchmark(b *testing.B) {
	b.Run("bench/Start", bench.Start)
	b.Run("bench/Many", bench.Many)
}
