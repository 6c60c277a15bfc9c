package peers

import (
	"fmt"
	"io"
	"math"
	"slices"
)

// WriteTable writes results as a table in Markdown: for each work and proxy the median cost, and its ratio to the first
// proxy of the work as median and range over the rounds.
func WriteTable(w io.Writer, results []Result) error {
	_, err := fmt.Fprint(w, "| work | proxy | cost | ratio | range | rounds below the first | share of a processor |\n|---|---|---|---|---|---|---|\n")
	for _, r := range results {
		for _, name := range r.proxies {
			l := r.line(name)
			if l == nil || err != nil {
				continue
			}
			_, err = fmt.Fprintf(w, "| %s | %s | %s %s | %.2f | %.2f–%.2f | %d of %d | %.0f %% |\n", r.Name, name,
				number(median(l.costs)), r.Unit, median(l.ratios), slices.Min(l.ratios), slices.Max(l.ratios), l.won, len(l.ratios), 100*median(l.shares))
		}
	}
	return err
}

// line is what one proxy did in all rounds of a work.
type line struct {
	costs, ratios, shares []float64
	won                   int // rounds in which it cost less than the first
}

// line returns nil for a proxy that took no part.
func (r *Result) line(name string) *line {
	l := new(line)
	first := r.first()
	for _, round := range r.Rounds {
		cost, ok := round[name]
		if !ok {
			return nil
		}
		ratio := cost.PerUnit / round[first].PerUnit
		l.costs = append(l.costs, cost.PerUnit)
		l.shares = append(l.shares, cost.Share)
		l.ratios = append(l.ratios, ratio)
		if ratio < 1 {
			l.won++
		}
	}
	if len(l.costs) == 0 {
		return nil
	}
	return l
}

// first returns the name of the proxy that the others are compared with.
func (r *Result) first() string {
	for _, name := range r.proxies {
		if _, ok := r.Rounds[0][name]; ok {
			return name
		}
	}
	return ""
}

// median returns the middle of some numbers, the mean of the two in the middle where there is no one.
func median(numbers []float64) float64 {
	sorted := slices.Sorted(slices.Values(numbers))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// number writes a number with three digits that count.
func number(x float64) string {
	if x == 0 {
		return "0"
	}
	return fmt.Sprintf("%.*f", max(0, 2-int(math.Floor(math.Log10(math.Abs(x))))), x)
}
