package schema

import (
	"cmp"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/dlclark/regexp2"
)

// validators applies the attributes of f to a value of its type, in Kong's order, and returns the first message or "".
func (f *Field) validators(v any) string {
	message := f.checkChoice(v)
	if message == "" {
		message = f.checkNumber(v)
	}
	if message == "" {
		message = f.checkLength(v)
	}
	if message == "" {
		message = f.checkText(v)
	}
	if message == "" {
		message = f.checkCustom(v)
	}
	if message == "" {
		message = f.checkStorable(v)
	}
	return message
}

func (f *Field) checkChoice(v any) string {
	switch {
	case f.Eq != nil && !equal(v, f.Eq):
		return "value must be " + text(f.Eq)
	case f.Ne != nil && f.Ne != Null && equal(v, f.Ne):
		return "value must not be " + text(v)
	case f.NotOneOf != nil && oneOf(v, f.NotOneOf):
		return "must not be one of: " + textList(f.NotOneOf)
	case f.OneOf != nil && !oneOf(v, f.OneOf):
		return "expected one of: " + textList(f.OneOf)
	}
	return ""
}

func oneOf(v any, choices []any) bool {
	for _, c := range choices {
		if equal(v, c) {
			return true
		}
	}
	return false
}

func (f *Field) checkNumber(v any) string {
	n, isNumber := Float(v)
	s, isText := v.(string)
	switch {
	case f.GreaterThan != nil && isNumber && n <= *f.GreaterThan:
		return "value must be greater than " + text(*f.GreaterThan)
	case f.Timestamp && isNumber && n <= 0:
		return "expected a valid timestamp"
	case f.UUID && isText && !isUUID(s):
		return "expected a valid UUID"
	case f.IsRegex && isText && CompileRegex(s) != nil:
		return "not a valid regex: " + s
	case f.Between != nil && isNumber && (n < f.Between[0] || n > f.Between[1]):
		return fmt.Sprintf("value should be between %.0f and %.0f", f.Between[0], f.Between[1])
	}
	return ""
}

// CompileRegex returns why a regular expression of Perl's dialect does not compile, or nil.
func CompileRegex(expr string) error {
	_, err := regexp2.Compile(expr, regexp2.None)
	return err
}

func (f *Field) checkLength(v any) string {
	n := length(v)
	lenMin := f.LenMin
	if lenMin == nil && f.Type == String {
		lenMin = &one
	}
	switch {
	case n < 0:
	case f.LenEq != nil && n != *f.LenEq:
		return fmt.Sprintf("length must be %d", *f.LenEq)
	case lenMin != nil && n < *lenMin:
		return fmt.Sprintf("length must be at least %d", *lenMin)
	case f.LenMax != nil && n > *f.LenMax:
		return fmt.Sprintf("length must be at most %d", *f.LenMax)
	}
	return ""
}

var one = 1

func length(v any) int {
	switch v := v.(type) {
	case string:
		return len(v)
	case []any:
		return len(v)
	case map[string]any:
		return len(v)
	}
	return -1
}

func (f *Field) checkText(v any) string {
	if list, ok := v.([]any); ok && f.Contains != nil && !oneOf(f.Contains, list) {
		return "expected to contain: " + text(f.Contains)
	}
	s, ok := v.(string)
	if !ok {
		return ""
	}
	if f.StartsWith != "" && !strings.HasPrefix(s, f.StartsWith) {
		return "should start with: " + f.StartsWith
	}
	if f.NotMatch != "" && matchPattern(s, f.NotMatch) {
		return "invalid value: " + s
	}
	for _, p := range f.MatchNone {
		if matchPattern(s, p.Pattern) {
			return p.Err
		}
	}
	if f.Match != "" && !matchPattern(s, f.Match) {
		return "invalid value: " + s
	}
	for _, p := range f.MatchAll {
		if !matchPattern(s, p.Pattern) {
			return p.Err
		}
	}
	if f.MatchAny == nil {
		return ""
	}
	for _, p := range f.MatchAny.Patterns {
		if matchPattern(s, p) {
			return ""
		}
	}
	// A rule of a condition has no message: nobody sees it.
	return cmp.Or(f.MatchAny.Err, "invalid value: "+s)
}

func (f *Field) checkCustom(v any) string {
	if f.Validator != nil {
		if err := f.Validator(v); err != nil {
			return err.Error()
		}
	}
	list, ok := v.([]any)
	if !ok || f.MutuallyExclusiveSubsets == nil {
		return ""
	}
	var used [][]string
	for _, element := range list {
		if subset := f.subsetOf(element); subset != nil && !sameSubset(used, subset) {
			used = append(used, subset)
		}
	}
	if len(used) <= 1 {
		return ""
	}
	groups := make([]string, len(used))
	for i, subset := range used {
		groups[i] = "(" + quotedList(subset) + ")"
	}
	return "these sets are mutually exclusive: " + strings.Join(groups, ", ")
}

func (f *Field) subsetOf(v any) []string {
	s, _ := v.(string)
	for _, subset := range f.MutuallyExclusiveSubsets {
		if contains(subset, s) {
			return subset
		}
	}
	return nil
}

func sameSubset(used [][]string, subset []string) bool {
	for _, u := range used {
		if u[0] == subset[0] {
			return true
		}
	}
	return false
}

func (f *Field) checkStorable(v any) string {
	if s, ok := v.(string); ok && !Storable(s) {
		return "must be valid UTF-8 without NUL characters"
	}
	return ""
}

// Storable reports whether every store can keep a text. What one of them refuses, all do, so that entities can move from one
// to another.
func Storable(s string) bool {
	return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0
}

func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch i {
		case 8, 13, 18, 23:
			if c != '-' {
				return false
			}
		default:
			if !('0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F') {
				return false
			}
		}
	}
	return true
}

// IsUUID reports whether s has the form of a UUID, in either case.
func IsUUID(s string) bool { return isUUID(s) }

// IsReference reports whether s stands for a secret: {vault://…}.
func IsReference(s string) bool {
	return strings.HasPrefix(s, "{vault://") && strings.HasSuffix(s, "}")
}
