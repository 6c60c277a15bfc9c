package balancer_test

import (
	"fmt"
	"testing"

	"github.com/kongo-gateway/kongo/balancer"
)

// sized returns a balancer with n targets, of different weights if wanted.
func sized(b testing.TB, n int, weighted bool) *balancer.Balancer {
	var list []balancer.Target
	for i := range n {
		target := balancer.Target{Target: fmt.Sprintf("10.%d.%d.1:80", i/250, i%250), Weight: 100}
		if weighted {
			target.Weight += i
		}
		list = append(list, target)
	}
	return newBalancer(b, passive(), list, newOptions(b))
}

func BenchmarkPick(b *testing.B) {
	for _, n := range []int{1, 10, 1000} {
		for _, weighted := range []bool{false, true} {
			b.Run(fmt.Sprintf("targets=%d/weighted=%v", n, weighted), func(b *testing.B) {
				up := sized(b, n, weighted)
				b.ReportAllocs()
				for b.Loop() {
					if _, err := up.Pick(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func BenchmarkPickParallel(b *testing.B) {
	up := sized(b, 10, true)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := up.Pick(); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

func BenchmarkReportSuccess(b *testing.B) {
	up := sized(b, 10, true)
	a, err := up.Pick()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		up.Report(a, 200)
	}
}

// BenchmarkChangeSides is what an address that goes down or comes up costs.
func BenchmarkChangeSides(b *testing.B) {
	up := sized(b, 1000, true)
	a, err := up.Pick()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		up.Report(a, balancer.Timeout)
		up.Report(a, 200)
	}
}

func TestHotPathDoesNotAllocate(t *testing.T) {
	up := sized(t, 10, true)
	empty := sized(t, 0, false)
	if n := testing.AllocsPerRun(1000, func() {
		a, err := up.Pick()
		if err != nil {
			t.Error(err)
			return
		}
		up.Report(a, 200)
		if _, err := empty.Pick(); err == nil {
			t.Error("picked from nothing")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
