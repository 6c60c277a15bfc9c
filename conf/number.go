package conf

import (
	"errors"
	"math"
	"strconv"
	"strings"
)

// blanks are what Kong's loader trims from the ends of a value.
const blanks = " \t\n\v\f\r"

// parseNumber reads a number the way Lua does: decimal or hexadecimal, with
// fraction and exponent, blanks around it. A number too large for a double is
// infinite.
func parseNumber(s string) (float64, bool) {
	s = strings.ToLower(strings.Trim(s, blanks))
	digits := strings.TrimLeft(s, "+-")
	if strings.HasPrefix(digits, "0x") {
		if strings.Trim(digits[2:], "0123456789abcdef.p+-") != "" {
			return 0, false
		}
		if !strings.Contains(digits, "p") {
			s += "p0" // Go insists on the exponent that Lua leaves out
		}
	} else if strings.Trim(digits, "0123456789.e+-") != "" {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, false
	}
	return f, true
}

// formatNumber writes a number the way Lua does, with 14 significant digits.
func formatNumber(f float64) string {
	switch {
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	}
	return strconv.FormatFloat(f, 'g', 14, 64)
}

// rewriteNumber does what Kong's file reader does to a value that begins like
// a number and is one as a whole, optionally followed by " kB": it comes back
// as a double prints.
func rewriteNumber(value string) (string, bool) {
	value = strings.TrimLeft(value, blanks)
	if value == "" || !strings.ContainsRune("+-0123456789", rune(value[0])) {
		return "", false
	}
	f, ok := parseNumber(value)
	if !ok {
		value, ok = strings.CutSuffix(value, " kB")
		if !ok {
			return "", false
		}
		if f, ok = parseNumber(value); !ok {
			return "", false
		}
	}
	return formatNumber(f), true
}
