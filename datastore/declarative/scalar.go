package declarative

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

// plainScalar is the value of a YAML scalar without quotes. The rules are those of YAML 1.1 as Kong's users know them:
// yes, no, on and off are booleans, 0777 is octal, 1:30 counts in sixties.
//
// Kong 3.9: declarative configuration, document.
func plainScalar(s string) any {
	if v, ok := words[s]; ok {
		return v
	}
	if s == "" || !strings.ContainsRune("+-.0123456789_", rune(s[0])) {
		return s
	}
	for _, form := range numberForms {
		if m := form.pattern.FindStringSubmatch(s); m != nil {
			if v, ok := form.value(m[1], m[2]); ok {
				return v
			}
		}
	}
	if f, ok := parseFloat(s); ok {
		return schema.Normalize(f)
	}
	return s
}

var words = func() map[string]any {
	m := map[string]any{"": nil, "~": nil}
	for word, v := range map[string]any{
		"null": nil, "true": true, "yes": true, "on": true, "false": false, "no": false, "off": false,
	} {
		m[word] = v
		m[strings.ToUpper(word[:1])+word[1:]] = v
		m[strings.ToUpper(word)] = v
	}
	for _, inf := range []string{".inf", ".Inf", ".INF"} {
		m[inf], m["+"+inf], m["-"+inf] = math.Inf(1), math.Inf(1), math.Inf(-1)
	}
	for _, nan := range []string{".nan", ".NaN", ".NAN"} {
		m[nan] = math.NaN()
	}
	return m
}()

// numberForm is a way of writing whole numbers: a sign and what follows it.
type numberForm struct {
	pattern *regexp.Regexp
	value   func(sign, digits string) (any, bool)
}

var numberForms = []numberForm{
	{regexp.MustCompile(`^([+-]?)0_*([0-7][0-7_]*)$`), inBase(8)},
	{regexp.MustCompile(`^([+-]?)_*([0-9][0-9_]*)$`), decimal},
	{regexp.MustCompile(`^([+-]?)0x_*([0-9a-fA-F][0-9a-fA-F_]*)$`), inBase(16)},
	{regexp.MustCompile(`^([+-]?)0b_*([01][01_]+)$`), inBase(2)},
	{regexp.MustCompile(`^([+-]?)([0-9]+:[0-5]?[0-9][:0-9]*(?:\.[0-9]+)?)$`), inSixties},
}

func inBase(base int) func(sign, digits string) (any, bool) {
	return func(sign, digits string) (any, bool) {
		n, err := strconv.ParseInt(sign+strings.ReplaceAll(digits, "_", ""), base, 64)
		return n, err == nil
	}
}

func decimal(sign, digits string) (any, bool) {
	digits = strings.ReplaceAll(digits, "_", "")
	if n, err := strconv.ParseInt(sign+digits, 10, 64); err == nil {
		return n, true
	}
	f, err := strconv.ParseFloat(sign+digits, 64)
	return f, err == nil
}

func inSixties(sign, digits string) (any, bool) {
	whole, fraction, _ := strings.Cut(digits, ".")
	total := 0.0
	for part := range strings.SplitSeq(strings.TrimSuffix(whole, ":"), ":") {
		n, err := strconv.ParseUint(part, 10, 32)
		if err != nil {
			return nil, false
		}
		total = total*60 + float64(n)
	}
	if fraction != "" {
		f, _ := strconv.ParseFloat("0."+fraction, 64) // digits only
		total += f
	}
	if sign == "-" {
		total = -total
	}
	return schema.Normalize(total), true
}

// parseFloat reads a number with a point or an exponent.
func parseFloat(s string) (float64, bool) {
	s = strings.ReplaceAll(s, "_", "")
	if !strings.ContainsAny(s, ".eE") || strings.Trim(s, "+-.0123456789eE") != "" {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil || math.IsInf(f, 0)
}
