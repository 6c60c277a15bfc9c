package dns_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestStaleAnswerDoesNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSource()
		s.set(10*time.Second, "10.0.0.1")
		c := newClient(t, kongTTLs(s))
		h := c.Host("name.test")
		if _, err := h.Pick(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		s.set(10*time.Second, "10.0.0.2")
		s.take(3 * time.Second)
		before := time.Now()
		for range 20 {
			if addr, err := h.Pick(t.Context()); err != nil || addr.String() != "10.0.0.1" {
				t.Errorf("picked %v, %v", addr, err)
			}
		}
		if waited := time.Since(before); waited != 0 {
			t.Errorf("waited %v", waited)
		}
		time.Sleep(3 * time.Second)
		synctest.Wait()
		if addr, err := h.Pick(t.Context()); err != nil || addr.String() != "10.0.0.2" {
			t.Errorf("renewed: picked %v, %v", addr, err)
		}
		if n := s.asked(); n != 2 {
			t.Errorf("%d queries, want 2", n)
		}
	})
}

func TestRotation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSource()
		s.set(10*time.Second, "10.0.0.3", "10.0.0.1", "10.0.0.2")
		c := newClient(t, kongTTLs(s))
		h := c.Host("name.test")
		var picked []string
		pick := func() {
			addr, err := h.Pick(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			picked = append(picked, addr.String()[len("10.0.0."):])
			synctest.Wait()
		}
		for range 4 {
			pick()
		}
		// The same set in another order goes on, another set begins anew.
		s.set(10*time.Second, "10.0.0.1", "10.0.0.2", "10.0.0.3")
		time.Sleep(10 * time.Second)
		pick()
		pick()
		s.set(10*time.Second, "10.0.0.5", "10.0.0.4")
		time.Sleep(10 * time.Second)
		pick()
		pick()
		pick()
		if want := []string{"3", "1", "2", "3", "1", "2", "3", "5", "4"}; !slices.Equal(picked, want) {
			t.Errorf("picked %v, want %v", picked, want)
		}
	})
}

func TestPickDoesNotAllocate(t *testing.T) {
	s := newSource()
	s.set(time.Hour, "10.0.0.1", "10.0.0.2")
	c := newClient(t, kongTTLs(s))
	for _, name := range []string{"name.test", "localhost", "10.0.0.9"} {
		h := c.Host(name)
		pick := func() {
			if _, err := h.Pick(t.Context()); err != nil {
				t.Error(err)
			}
		}
		pick()
		if n := testing.AllocsPerRun(100, pick); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

func BenchmarkHostPick(b *testing.B) {
	s := newSource()
	s.set(24*time.Hour, "10.0.0.1", "10.0.0.2", "10.0.0.3")
	c := newClient(b, kongTTLs(s))
	for _, name := range []string{"name.test", "localhost"} {
		b.Run(name, func(b *testing.B) {
			h := c.Host(name)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := h.Pick(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
