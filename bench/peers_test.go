//go:build peers

package bench_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/bench/peers"
	"github.com/kongo-gateway/kongo/internal/testenv"
)

// BenchmarkPeers compares kongo with the other proxies in two short rounds and prints the table. For figures that are worth to
// be kept take the command bench/compare, and ten rounds.
func BenchmarkPeers(b *testing.B) {
	directory := b.TempDir()
	binary := filepath.Join(directory, "kongo")
	if err := os.Symlink(testenv.Binary(b), binary); err != nil {
		b.Fatal(err)
	}
	for range b.N {
		results, err := peers.Compare(b.Context(), peers.Options{
			Kongo: binary, Rounds: 2, Duration: 300 * time.Millisecond, Progress: func(line string) { b.Log(line) },
		})
		if err != nil {
			b.Fatal(err)
		}
		var table bytes.Buffer
		if err := peers.WriteTable(&table, results); err != nil {
			b.Fatal(err)
		}
		b.Logf("%s\n\n%s", peers.Machine(), &table)
	}
}
