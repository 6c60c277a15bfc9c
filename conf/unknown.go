package conf

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// unknownKey says that there is no such key, and which one may have been meant.
func unknownKey(name string) string {
	best, distance := "", 3 // two slips of the pen at most
	for _, candidate := range slices.Sorted(maps.Keys(keys)) {
		if d := editDistance(strings.ToLower(name), candidate, distance); d < distance {
			best, distance = candidate, d
		}
	}
	if best == "" {
		return fmt.Sprintf("'%s' is no setting of any version, it is not read", shorten(name))
	}
	return fmt.Sprintf("'%s' is no setting of any version, it is not read; did you mean '%s'?", shorten(name), best)
}

// editDistance counts the letters to add, drop or change on the way from a to
// b, or returns some number of at least limit.
func editDistance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0]++
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
