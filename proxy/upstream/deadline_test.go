package upstream

import (
	"testing"
	"time"
)

func TestNeedsArming(t *testing.T) {
	const now = 10 * time.Second
	tests := []struct {
		name        string
		armed, want time.Duration
		needed      bool
	}{
		{"none yet", 0, now + 5, true},
		{"none yet and none wanted", 0, never, false},
		{"earlier than wanted", now + 1, now + 5, false},
		{"as wanted", now + 5, now + 5, false},
		{"later than wanted", now + 6, now + 5, true},
		{"passed", now - 1, now + 5, true},
		{"passed and none wanted", now, never, true},
		{"to come and none wanted", now + 1, never, false},
	}
	for _, test := range tests {
		if got := needsArming(test.armed, now, test.want); got != test.needed {
			t.Errorf("%s: got %v", test.name, got)
		}
	}
}

func TestDeadline(t *testing.T) {
	const now = 10 * time.Second
	for timeout, want := range map[time.Duration]time.Duration{
		time.Second: 11 * time.Second, 0: never, -1: never, never: never, never - now: never, never - now - 1: never - 1,
	} {
		if got := deadline(now, timeout); got != want {
			t.Errorf("timeout %d: got %d, want %d", timeout, got, want)
		}
	}
}
