package testenv

import (
	"testing"
	"time"
)

func TestCountsAreATenthUnlessSoaking(t *testing.T) {
	for _, c := range []struct {
		soak  string
		count Count
		want  int
		span  Span
		wantD time.Duration
	}{
		{"", 1000, 100, Span(time.Minute), 6 * time.Second},
		{"0", 15, 2, Span(time.Second), 100 * time.Millisecond},
		{"", 1, 1, 0, 0},
		{"1", 1000, 1000, Span(time.Minute), time.Minute},
	} {
		t.Setenv("KONGO_SOAK", c.soak)
		if got := c.count.N(); got != c.want {
			t.Errorf("KONGO_SOAK=%s: Count(%d).N() = %d, want %d", c.soak, c.count, got, c.want)
		}
		if got := c.span.D(); got != c.wantD {
			t.Errorf("KONGO_SOAK=%s: Span(%v).D() = %v, want %v", c.soak, time.Duration(c.span), got, c.wantD)
		}
	}
}
