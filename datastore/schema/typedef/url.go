package typedef

import (
	"errors"
	"regexp"
	"strings"
)

// URLParts is a URL taken apart without much regard to what a URL may be: the shorthands of bodies accept what a lenient
// parser makes of them. Missing parts are "".
type URLParts struct {
	Scheme, Host, Port, Path string
}

var (
	urlScheme    = regexp.MustCompile(`^([0-9A-Za-z][0-9A-Za-z+\-.]*):`)
	urlAuthority = regexp.MustCompile(`^//([^/?#]*)`)
	urlPort      = regexp.MustCompile(`:([^:\]]*)$`)
)

// SplitURL takes s apart. What is neither scheme, authority, parameters, query nor fragment is the path.
//
// Kong 3.9: services, the url shorthand.
func SplitURL(s string) URLParts {
	var parts URLParts
	if m := urlScheme.FindStringSubmatch(s); m != nil {
		parts.Scheme = m[1]
		s = s[len(m[0]):]
	}
	authority := ""
	if m := urlAuthority.FindStringSubmatch(s); m != nil {
		authority = m[1]
		s = s[len(m[0]):]
	}
	for _, mark := range []string{"#", "?", ";"} {
		s, _, _ = strings.Cut(s, mark)
	}
	parts.Path = s
	if i := strings.IndexByte(authority, '@'); i >= 0 {
		authority = authority[i+1:]
	}
	if m := urlPort.FindStringSubmatch(authority); m != nil {
		parts.Port = m[1]
		authority = strings.TrimSuffix(authority, m[0])
	}
	if strings.HasPrefix(authority, "[") && strings.HasSuffix(authority, "]") && len(authority) > 2 {
		authority = authority[1 : len(authority)-1]
	}
	parts.Host = authority
	return parts
}

// ValidateURL demands a scheme and a host.
func ValidateURL(v any) error {
	parts := SplitURL(v.(string))
	switch {
	case parts.Host == "":
		return errors.New("missing host in url")
	case parts.Scheme == "":
		return errors.New("missing scheme in url")
	}
	return nil
}
