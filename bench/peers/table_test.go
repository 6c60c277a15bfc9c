package peers

import (
	"strings"
	"testing"
)

// Figures of a proxy come from the rounds that both it and the first one did.
func TestTableWithFailures(t *testing.T) {
	r := Result{
		Work: Work{Name: "work", Unit: milliseconds, contenders: each([]string{"absent", "first", "second", "third"}, nil)},
		Rounds: []Round{
			{"first": {PerUnit: 10, Share: 0.5}, "second": {PerUnit: 20, Share: 0.25}},
			{"second": {PerUnit: 1000}},
			{"first": {PerUnit: 20, Share: 0.5}, "second": {PerUnit: 10, Share: 0.25}},
			{"first": {PerUnit: 30, Share: 0.5}},
		},
	}
	var text strings.Builder
	if err := WriteTable(&text, []Result{r}); err != nil {
		t.Fatal(err)
	}
	_, got, _ := strings.Cut(text.String(), "---|\n")
	want := "| work | first | 20.0 ms | 1.00 | 1.00–1.00 | 0 of 3 | 50 % |\n" +
		"| work | second | 15.0 ms | 1.25 | 0.50–2.00 | 1 of 2 | 25 % |\n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
