package conf

import (
	"math"
	"testing"
	"time"
)

func TestParseSize(t *testing.T) {
	for s, want := range map[string]int64{
		"0": 0, "512": 512, "8k": 8 << 10, "8K": 8 << 10, "10m": 10 << 20, "1G": 1 << 30, "9223372036854775807": math.MaxInt64,
	} {
		if got, ok := parseSize(s); !ok || got != want {
			t.Errorf("%q = %d, %t; want %d", s, got, ok, want)
		}
	}
	for _, s := range []string{"", "k", "8kb", "-1", "+1", "1.5m", "8 k", "9223372036854775808", "9223372036854775807k", "0x10"} {
		if got, ok := parseSize(s); ok {
			t.Errorf("%q is taken for %d", s, got)
		}
	}
}

func TestParseTime(t *testing.T) {
	for s, want := range map[string]time.Duration{
		"0": 0, "90": 90 * time.Second, "60s": time.Minute, "500ms": 500 * time.Millisecond, "5m": 5 * time.Minute, "1h30m": 90 * time.Minute,
		"1h 30m": 90 * time.Minute, "1d": 24 * time.Hour, "2w": 14 * 24 * time.Hour, "1M": 30 * 24 * time.Hour, "1y": 365 * 24 * time.Hour,
		"1m 30": 90 * time.Second,
	} {
		if got, ok := parseTime(s); !ok || got != want {
			t.Errorf("%q = %s, %t; want %s", s, got, ok, want)
		}
	}
	for _, s := range []string{"", " ", "s", "-1", "10 sec", "30m1h", "1s1s", "90 5s", "1.5h", "1H", "300y", "99999999999999999999"} {
		if got, ok := parseTime(s); ok {
			t.Errorf("%q is taken for %s", s, got)
		}
	}
}

func TestForms(t *testing.T) {
	for _, test := range []struct {
		name     string
		form     *form
		yes, not []string
	}{
		{"flag", flagForm, []string{"on", "off"}, []string{"true", "ON", ""}},
		{"count", countForm, []string{"0", "10000"}, []string{"", "-1", "1k", "99999999999999999999"}},
		{"processes", processesForm, []string{"auto", "4"}, []string{"", "Auto", "4x"}},
		{"keepalive time", keepaliveForm, []string{"75s", "75s 60s", "0"}, []string{"", "75x", "1s 2s 3s"}},
		{"buffers", buffersForm, []string{"4 8k"}, []string{"", "4", "4 x", "x 8k", "4 8k 1"}},
	} {
		for _, s := range test.yes {
			if !test.form.fits(s) {
				t.Errorf("%s: %q is refused", test.name, s)
			}
		}
		for _, s := range test.not {
			if test.form.fits(s) {
				t.Errorf("%s: %q is accepted", test.name, s)
			}
		}
	}
}

func FuzzNginxValues(f *testing.F) {
	f.Add("10m")
	f.Add("1h 30m")
	f.Fuzz(func(t *testing.T, s string) {
		if n, ok := parseSize(s); ok && n < 0 {
			t.Errorf("size %q = %d", s, n)
		}
		if d, ok := parseTime(s); ok && d < 0 {
			t.Errorf("time %q = %s", s, d)
		}
	})
}
