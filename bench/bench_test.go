package bench_test

import (
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"

	"github.com/kongo-gateway/kongo/bench"
	"github.com/kongo-gateway/kongo/bench/peers"
	"github.com/kongo-gateway/kongo/internal/testenv"
)

// TestMain lets the comparison start this program as one of its servers.
func TestMain(m *testing.M) {
	if played, err := peers.Role(os.Args[1:]); played {
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	// The goroutine of fasthttp's that is left out of account outlives its server by one sleep of ten seconds.
	testenv.Main(m, goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*workerPool).Start.func2"))
}

func BenchmarkMatch(b *testing.B)         { bench.Match(b) }
func BenchmarkPick(b *testing.B)          { bench.Pick(b) }
func BenchmarkPool(b *testing.B)          { bench.Pool(b) }
func BenchmarkPlain(b *testing.B)         { bench.Plain(b) }
func BenchmarkPlainHeaders(b *testing.B)  { bench.Headers(b) }
func BenchmarkPlainParallel(b *testing.B) { bench.PlainParallel(b) }
func BenchmarkSplice(b *testing.B)        { bench.Splice(b) }
func BenchmarkBuild(b *testing.B)         { bench.Build(b) }
func BenchmarkSwap(b *testing.B)          { bench.Swap(b) }
func BenchmarkStart(b *testing.B)         { bench.Start(b) }
func BenchmarkMany(b *testing.B)          { bench.Many(b) }
