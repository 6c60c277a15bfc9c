package typedef_test

import (
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
)

// TestValidators compares the words in which values are refused; "" stands for none.
func TestValidators(t *testing.T) {
	for _, c := range []struct {
		name     string
		validate func(any) error
		value    string
		want     string
	}{
		{"host", typedef.ValidateHost, "example.com", ""},
		{"host", typedef.ValidateHost, "1.2.3.4", ""},
		{"host", typedef.ValidateHost, "::1", ""},
		{"host", typedef.ValidateHost, "example.com:80", "must not have a port"},
		{"host", typedef.ValidateHost, "example.com:99999", "must not have a port"},
		{"host", typedef.ValidateHost, "a b", "invalid value: a b"},
		{"host with port", typedef.HostWithOptionalPort.Validator, "example.com:80", ""},
		{"host with port", typedef.HostWithOptionalPort.Validator, "a b", "invalid hostname: a b"},
		{"host with wildcards", typedef.HostPattern.Validator, "*.example.*", ""},
		{"host with wildcards", typedef.HostPattern.Validator, "*.exa mple", "invalid hostname: abc.exa mple"},
		{"server name", typedef.ValidateSNI, "example.com", ""},
		{"server name", typedef.ValidateSNI, "1.2.3.4", "must not be an IP"},
		{"server name", typedef.ValidateSNI, "::1", "must not be an IP"},
		{"server name", typedef.ValidateSNI, "example.com:80", "must not have a port"},
		{"server name", typedef.ValidateSNI, "a b", "invalid value: a b"},
		{"wildcard host", typedef.ValidateWildcardHost, "*.example.com", ""},
		{"wildcard host", typedef.ValidateWildcardHost, "example.*", ""},
		{"wildcard host", typedef.ValidateWildcardHost, "a.*.b", "wildcard must be leftmost or rightmost character"},
		{"wildcard host", typedef.ValidateWildcardHost, "*.example.*", "only one wildcard must be specified"},
		{"address", typedef.ValidateIP, "1.2.3.4", ""},
		{"address", typedef.ValidateIP, "example.com", "not an ip address: example.com"},
		{"address or block", typedef.IPOrCIDR.Validator, "10.0.0.0/8", ""},
		{"address or block", typedef.IPOrCIDR.Validator, "::1", ""},
		{"address or block", typedef.IPOrCIDR.Validator, "10.3.0.0/99", "invalid ip or cidr range: '10.3.0.0/99'"},
		{"tag", typedef.Tag.Validator, "a tag-ü", ""},
		{"tag", typedef.Tag.Validator, "a,b", "invalid tag 'a,b': expected printable ascii (except `,` and `/`) or valid utf-8 sequences"},
		{"tag", typedef.Tag.Validator, "a\x01", "invalid tag 'a\x01': expected printable ascii (except `,` and `/`) or valid utf-8 sequences"},
		{"tag", typedef.Tag.Validator, "ab\xff", "invalid utf-8 character sequence detected at position 3"},
		{"name", typedef.ValidateName, "a.b-c_d~ü", ""},
		{"name", typedef.ValidateName, "a b", "invalid value 'a b': the only accepted ascii characters are alphanumerics or ., -, _, and ~"},
		{"name", typedef.ValidateName, "\xc3", "invalid utf-8 character sequence detected at position 1"},
		{"header", typedef.ValidateHeaderName, "X-My_Header1", ""},
		{"header", typedef.ValidateHeaderName, "bad name",
			"bad header name 'bad name', allowed characters are A-Z, a-z, 0-9, '_', and '-'"},
		{"token", typedef.ValidateToken, "cookie!", ""},
		{"token", typedef.ValidateToken, "", "no token provided"},
		{"path", typedef.Path.Validator, "/a%20b:@!$&'()*+,;=-._~", ""},
		{"path", typedef.Path.Validator, "/x y", "invalid path: '/x y' (characters outside of the reserved list of RFC 3986 found)"},
		{"path", typedef.Path.Validator, "/a%2", "invalid url-encoded value: '%2'"},
		{"path", typedef.Path.Validator, "/a%zzb", "invalid url-encoded value: '%zz'"},
		{"url", typedef.ValidateURL, "http://example.com/", ""},
		{"url", typedef.ValidateURL, "example.com", "missing host in url"},
		{"url", typedef.ValidateURL, "//example.com", "missing scheme in url"},
	} {
		got := ""
		if err := c.validate(c.value); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s %q: %q, want %q", c.name, c.value, got, c.want)
		}
	}
	if err := typedef.ValidateToken("a;b"); err == nil || !strings.HasPrefix(err.Error(), "contains one or more invalid characters.") {
		t.Errorf("token a;b: %v", err)
	}
}

// FuzzValidators looks for text that a validator does not survive.
func FuzzValidators(f *testing.F) {
	for _, seed := range []string{"a", "*.a", "%zz", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", "\xff", "[::1]:1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for name, validate := range map[string]func(any) error{
			"host": typedef.ValidateHost, "host with port": typedef.HostWithOptionalPort.Validator,
			"wildcards": typedef.HostPattern.Validator, "sni": typedef.ValidateSNI, "wildcard": typedef.ValidateWildcardHost,
			"ip": typedef.ValidateIP, "block": typedef.IPOrCIDR.Validator, "tag": typedef.Tag.Validator, "name": typedef.ValidateName,
			"header": typedef.ValidateHeaderName, "token": typedef.ValidateToken, "path": typedef.Path.Validator, "url": typedef.ValidateURL,
			"certificate": typedef.ValidateCertificate, "key": typedef.ValidateKey,
		} {
			if err := validate(s); err != nil && err.Error() == "" {
				t.Errorf("%s is silent about %q", name, s)
			}
		}
	})
}
