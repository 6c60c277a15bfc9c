package peers

import (
	"fmt"
	"io"
	"math"
	"slices"
)

// WriteTable writes results as a table in Markdown: for each work and contender the median cost, and its ratio to the first
// contender of the work as median and range over the rounds in which both did it.
func WriteTable(w io.Writer, results []Result) error {
	_, err := fmt.Fprint(w, "| work | proxy | cost | ratio | range | rounds below the first | share of a processor |\n|---|---|---|---|---|---|---|\n")
	for _, r := range results {
		first := r.first()
		for _, c := range r.contenders {
			l := r.line(c.name, first)
			if len(l.costs) == 0 || err != nil {
				continue
			}
			_, err = fmt.Fprintf(w, "| %s | %s | %s %s | %.2f | %.2f–%.2f | %d of %d | %s |\n", r.Name, c.name,
				number(median(l.costs)), r.Unit, median(l.ratios), slices.Min(l.ratios), slices.Max(l.ratios), l.won, len(l.ratios), share(median(l.shares)))
		}
	}
	return err
}

// line is what one contender did in the rounds of a work.
type line struct {
	costs, ratios, shares []float64
	won                   int // rounds in which it cost less than the first
}

func (r *Result) line(name, first string) (l line) {
	for _, round := range r.Rounds {
		cost, did := round[name]
		reference, known := round[first]
		if !did || !known {
			continue
		}
		ratio := cost.PerUnit / reference.PerUnit
		l.costs = append(l.costs, cost.PerUnit)
		l.shares = append(l.shares, cost.Share)
		l.ratios = append(l.ratios, ratio)
		if ratio < 1 {
			l.won++
		}
	}
	return l
}

// first returns the name of the contender that the others are compared with, "" if nobody did the work.
func (r *Result) first() string {
	for _, c := range r.contenders {
		if slices.ContainsFunc(r.Rounds, func(round Round) bool { _, did := round[c.name]; return did }) {
			return c.name
		}
	}
	return ""
}

// share writes the share of a processor, which says nothing of a turn in which the proxy had nothing to do.
func share(x float64) string {
	if x < 0.005 {
		return "–"
	}
	return fmt.Sprintf("%.0f %%", 100*x)
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
