package schema

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
)

// maxExactInteger bounds the floats that are exact integers: 2^53.
const maxExactInteger = 1 << 53

// Normalize brings a value decoded from JSON or YAML into the form of this package: json.Number and the machine's number
// types become int64 where they are whole and float64 otherwise. It changes lists and maps in place and returns the result.
func Normalize(v any) any {
	switch v := v.(type) {
	case json.Number:
		return number(string(v))
	case float64:
		return wholeNumber(v)
	case float32:
		return wholeNumber(float64(v))
	case int:
		return int64(v)
	case uint64:
		if v > math.MaxInt64 {
			return float64(v)
		}
		return int64(v)
	case []any:
		for i := range v {
			v[i] = Normalize(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = Normalize(v[k])
		}
	}
	return v
}

// Finite reports whether all numbers in v, a value of this package's form at any depth, are finite: text such as 1e400 is
// a number of JSON, but its value is no double and could not be written again.
func Finite(v any) bool {
	switch v := v.(type) {
	case float64:
		return !math.IsInf(v, 0) && !math.IsNaN(v)
	case []any:
		for _, element := range v {
			if !Finite(element) {
				return false
			}
		}
	case map[string]any:
		for _, member := range v {
			if !Finite(member) {
				return false
			}
		}
	}
	return true
}

func number(text string) any {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil && !math.IsInf(f, 0) {
		return text
	}
	return wholeNumber(f)
}

func wholeNumber(f float64) any {
	if f == math.Trunc(f) && math.Abs(f) <= maxExactInteger {
		return int64(f)
	}
	return f
}

// Clone returns a copy of a document that shares nothing with it.
func Clone(doc map[string]any) map[string]any {
	return cloneValue(doc).(map[string]any)
}

func cloneValue(v any) any {
	switch v := v.(type) {
	case []any:
		if v == nil {
			return v
		}
		c := make([]any, len(v))
		for i := range v {
			c[i] = cloneValue(v[i])
		}
		return c
	case map[string]any:
		if v == nil {
			return v
		}
		c := make(map[string]any, len(v))
		for k := range v {
			c[k] = cloneValue(v[k])
		}
		return c
	}
	return v
}

// asList and asMap treat an empty list and an empty map alike: a client's library often cannot tell which of the two an
// empty collection is, and Kong accepts either.
func asList(v any) ([]any, bool) {
	switch v := v.(type) {
	case []any:
		return v, true
	case map[string]any:
		if len(v) == 0 {
			return []any{}, true
		}
	}
	return nil, false
}

func asMap(v any) (map[string]any, bool) {
	switch v := v.(type) {
	case map[string]any:
		return v, true
	case []any:
		if len(v) == 0 {
			return map[string]any{}, true
		}
	}
	return nil, false
}

// Float is the value of a number of this package's form; it reports false for anything else, null included.
func Float(v any) (float64, bool) {
	switch v := v.(type) {
	case int64:
		return float64(v), true
	case float64:
		return v, true
	}
	return 0, false
}

// blank reports whether v counts as empty for checks such as "at least one of": missing, null, "" or an empty collection.
func blank(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

// equal compares scalars; a number equals a number of the same value whatever its type.
func equal(a, b any) bool {
	x, ok := Float(Normalize(a))
	if y, ok2 := Float(Normalize(b)); ok && ok2 {
		return x == y
	}
	switch a.(type) {
	case nil, bool, string:
		return a == b
	}
	return false
}

// text prints a value inside a message.
func text(v any) string {
	switch v := v.(type) {
	case nil, nullValue:
		return "null"
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	case int:
		return strconv.Itoa(v)
	case float64:
		return strconv.FormatFloat(v, 'g', 14, 64)
	}
	return fmt.Sprint(v)
}

// lookup returns the member of doc at a dotted path and whether every step of it exists.
func lookup(doc map[string]any, path []string) (any, bool) {
	var v any = doc
	for _, name := range path {
		m, ok := v.(map[string]any)
		if !ok {
			return nil, false
		}
		if v, ok = m[name]; !ok {
			return nil, false
		}
	}
	return v, true
}
