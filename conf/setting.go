package conf

import (
	"math"
	"slices"
	"strings"
)

// mask stands in for a secret.
const mask = "******"

// Setting is one key with its value in force.
type Setting struct {
	Name   string
	Origin Origin
	Secret bool // to be shown masked

	key       *key
	text      string // as it was written
	value     any    // see Value
	reference any    // the value as written where it refers to a vault, a string or []string
	left      bool   // a reference was left as it is: nobody knows the value
	from      string // the key that this value follows from, if any
}

// Value returns the value as Kong's loader types it: a string, a float64, a
// bool, a []string or, for host_ports, a map[string]int; nil if unset. Lists
// and booleans are never unset. The caller must not change it.
func (s Setting) Value() any { return s.value }

// Masked returns the value fit to be shown: six asterisks for a secret, and
// for what came out of a vault the reference to it.
func (s Setting) Masked() any {
	value := s.written()
	if !s.Secret {
		return value
	}
	switch v := value.(type) {
	case []string:
		return slices.Repeat([]string{mask}, len(v))
	case nil:
		return nil
	}
	return mask
}

// written returns the value before references in it were resolved.
func (s Setting) written() any {
	if s.reference != nil {
		return s.reference
	}
	return s.value
}

// textOf writes a value as a configuration file would have it.
func textOf(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case float64:
		return formatNumber(v)
	case bool:
		if v {
			return "on"
		}
		return "off"
	case []string:
		return strings.Join(v, ",")
	}
	return ""
}

// parse turns the text of a setting into its value. Nothing is refused here:
// what is no number is unset, what is no switch is off.
func (k *key) parse(s string) any {
	s = strings.Trim(s, blanks)
	switch k.typ {
	case boolean:
		return s == "on" || s == "true"
	case onOff:
		if s == "on" {
			return "on"
		}
		return "off"
	case list:
		return splitList(s)
	case number:
		// Infinity is a number to Lua, but neither to JSON nor to anyone who
		// waits for that long.
		if f, ok := parseNumber(s); ok && !math.IsInf(f, 0) {
			return f
		}
		return nil
	}
	if s == "" || (s == "NONE" && isDirective(k.name)) {
		return nil
	}
	return s
}

// splitList splits at commas and trims the items. Empty items stay, an empty
// text has none.
func splitList(s string) []string {
	if strings.Trim(s, blanks) == "" {
		return []string{}
	}
	items := strings.Split(s, ",")
	for i := range items {
		items[i] = strings.Trim(items[i], blanks)
	}
	return items
}

// accepts reports whether a value passes the checks that need no other key, as
// far as kongo makes them. The second result completes "accepted: …".
func (k *key) accepts(value any) (bool, string) {
	s, _ := value.(string)
	switch {
	case k.typ == choice:
		return slices.Contains(k.values, s), strings.Join(k.values, ", ")
	case k.form != nil && value != nil:
		return k.form.fits(s), k.form.accepts
	}
	return true, ""
}
