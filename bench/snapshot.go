package bench

import (
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"
)

// Build measures how long a configuration takes from its text until it is in force.
func Build(b *testing.B) {
	for _, routes := range []int{1, 10_000, 100_000} {
		b.Run(strconv.Itoa(routes), func(b *testing.B) {
			n := newNode(b)
			text := [2]string{configuration("127.0.0.1:1", routes), configuration("127.0.0.1:2", routes)}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				n.load(b, text[i%2])
			}
		})
	}
}

// Swap measures how long a change to one of many routes takes from its event until it is in force.
func Swap(b *testing.B) {
	for _, routes := range []int{1, 10_000, 100_000} {
		b.Run(strconv.Itoa(routes), func(b *testing.B) {
			n := newNode(b)
			n.load(b, configuration("127.0.0.1:1", routes))
			var took []time.Duration
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				took = append(took, n.change(b, fmt.Sprintf("r%d", i*97%routes), fmt.Sprintf("/changed-%d", i)))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-median")
			b.ReportMetric(float64(took[len(took)-1].Microseconds())/1000, "ms-longest")
		})
	}
}
