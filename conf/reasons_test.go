package conf

import (
	"os"
	"strings"
	"testing"
)

// The page for those who move a kong.conf names every key without effect, and
// why it has none.
func TestPageOnMoving(t *testing.T) {
	page, err := os.ReadFile("../docs/moving.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := strings.Split(string(page), "\n")
	for name, k := range keys {
		if k.noEffect == "" {
			continue
		}
		found := false
		for _, row := range rows {
			found = found || strings.Contains(row, "`"+name+"`") && strings.HasSuffix(row, " | "+k.noEffect+" |")
		}
		if !found {
			t.Errorf("docs/moving.md has no %s: %s", name, k.noEffect)
		}
	}
}
