package bench_test

import (
	"testing"

	"github.com/kongo-gateway/kongo/bench"
	"github.com/kongo-gateway/kongo/internal/testenv"
)

func TestMain(m *testing.M) { testenv.Main(m) }

func BenchmarkStart(b *testing.B) { bench.Start(b) }
func BenchmarkMany(b *testing.B)  { bench.Many(b) }
