package typedef

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// invalidUTF8 reports the position, counted from 1, of the first byte of s that is no UTF-8, or 0.
func invalidUTF8(s string) int {
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			return i + 1
		}
		i += size
	}
	return 0
}

func checkUTF8(s string) error {
	if i := invalidUTF8(s); i > 0 {
		return fmt.Errorf("invalid utf-8 character sequence detected at position %d", i)
	}
	return nil
}

// validateTag admits printable text without comma and slash.
func validateTag(v any) error {
	s := v.(string)
	if err := checkUTF8(s); err != nil {
		return err
	}
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c == ',' || c == '/' || c == 0x7f {
			return fmt.Errorf("invalid tag '%s': expected printable ascii (except `,` and `/`) or valid utf-8 sequences", s)
		}
	}
	return nil
}

// ValidateName admits letters, digits, . - _ ~ and everything beyond ASCII.
func ValidateName(v any) error {
	s := v.(string)
	if err := checkUTF8(s); err != nil {
		return err
	}
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < utf8.RuneSelf && !alphanumeric(c) && !strings.ContainsRune(".-_~", rune(c)) {
			return fmt.Errorf("invalid value '%s': the only accepted ascii characters are alphanumerics or ., -, _, and ~", s)
		}
	}
	return nil
}

func alphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// ValidateHeaderName admits letters, digits, _ and -.
func ValidateHeaderName(v any) error {
	s := v.(string)
	for i := 0; i < len(s); i++ {
		if c := s[i]; !alphanumeric(c) && c != '_' && c != '-' {
			return fmt.Errorf("bad header name '%s', allowed characters are A-Z, a-z, 0-9, '_', and '-'", s)
		}
	}
	return nil
}

// ValidateToken admits what HTTP calls a token, such as a cookie's name.
func ValidateToken(v any) error {
	s := v.(string)
	if s == "" {
		return errors.New("no token provided")
	}
	for i := 0; i < len(s); i++ {
		if c := s[i]; c <= ' ' || c >= 0x7f || strings.IndexByte(`()<>@,;:\"/?={}[]`, c) >= 0 {
			return errors.New("contains one or more invalid characters. ASCII control characters (0-31;127), space, tab and " +
				`the characters ()<>@,;:\"/?={}[] are not allowed.`)
		}
	}
	return nil
}

var (
	pathChars     = regexp.MustCompile(`^/[A-Za-z0-9.\-_~/%:@!$&'()*+,;=]*$`)
	percentEscape = regexp.MustCompile(`%[0-9A-Fa-f]{2}`)
	badEscape     = regexp.MustCompile(`(?s)%.?.?`)
)

// validatePath admits a path of reserved and unreserved characters in which every % begins a triplet.
func validatePath(v any) error {
	s := v.(string)
	if !pathChars.MatchString(s) {
		return fmt.Errorf("invalid path: '%s' (characters outside of the reserved list of RFC 3986 found)", s)
	}
	return ValidateEscapes(s)
}

// ValidateEscapes admits text in which every % is followed by two hexadecimal digits.
func ValidateEscapes(s string) error {
	rest := percentEscape.ReplaceAllString(s, "___")
	if bad := badEscape.FindString(rest); bad != "" {
		return fmt.Errorf("invalid url-encoded value: '%s'", bad)
	}
	return nil
}
