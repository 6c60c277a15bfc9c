package schemas_test

import (
	"testing"

	"github.com/kongo-gateway/kongo/plugin/schemas"
)

func TestInverted(t *testing.T) {
	for _, c := range []struct {
		limits map[string]any
		want   string
	}{
		{map[string]any{}, ""},
		{map[string]any{"second": int64(1), "minute": nil, "hour": 1.0}, ""},
		{map[string]any{"minute": 10.0, "hour": int64(4)}, "limit for hour(4.0) cannot be lower than the limit for minute(10.0)"},
		{map[string]any{"day": int64(5), "second": int64(9), "year": int64(1)}, "limit for day(5.0) cannot be lower than the limit for second(9.0)"},
		{map[string]any{"day": int64(5), "century": int64(1)}, ""},
	} {
		if got := schemas.Inverted(c.limits); got != c.want {
			t.Errorf("%v: %q, want %q", c.limits, got, c.want)
		}
	}
}
