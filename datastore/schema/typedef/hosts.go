package typedef

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
)

// ValidateHost admits a name or address without a port.
func ValidateHost(v any) error {
	_, err := hostWithoutPort(v.(string))
	return err
}

var errHasPort = errors.New("must not have a port")

func hostWithoutPort(s string) (Address, error) {
	a, err := ParseAddress(s)
	switch {
	case errors.Is(err, errPort) || err == nil && a.HasPort:
		return a, errHasPort
	case err != nil:
		return a, fmt.Errorf("invalid value: %s", s)
	}
	return a, nil
}

// validateHostWithOptionalPort admits a name or address with or without a port.
func validateHostWithOptionalPort(v any) error {
	_, err := ParseAddress(v.(string))
	return err
}

// validateHostWithWildcards admits what validateHostWithOptionalPort does, with any number of *.
func validateHostWithWildcards(v any) error {
	_, err := ParseAddress(strings.ReplaceAll(v.(string), "*", "abc"))
	return err
}

// ValidateSNI admits a host name without a port.
func ValidateSNI(v any) error {
	s := v.(string)
	a, err := ParseAddress(s)
	switch {
	case err != nil && !errors.Is(err, errPort):
		return fmt.Errorf("invalid value: %s", s)
	case a.Kind != HostName:
		return errors.New("must not be an IP")
	case err != nil || a.HasPort:
		return errHasPort
	}
	return nil
}

// ValidateWildcardHost admits what ValidateSNI does with one * at either end.
func ValidateWildcardHost(v any) error {
	s := v.(string)
	i := strings.IndexByte(s, '*')
	if i < 0 {
		return ValidateSNI(s)
	}
	switch {
	case i != 0 && i != len(s)-1:
		return errors.New("wildcard must be leftmost or rightmost character")
	case strings.Count(s, "*") > 1:
		return errors.New("only one wildcard must be specified")
	}
	return ValidateSNI(strings.Replace(s, "*", "wildcard", 1))
}

// ValidateIP admits an IPv4 or IPv6 address.
func ValidateIP(v any) error {
	s := v.(string)
	a, err := ParseAddress(s)
	if err != nil {
		return err
	}
	if a.Kind == HostName {
		return fmt.Errorf("not an ip address: %s", s)
	}
	return nil
}

// validateIPOrCIDR admits an address or a block of addresses.
func validateIPOrCIDR(v any) error {
	s := v.(string)
	if ip, err := netip.ParseAddr(s); err == nil && ip.Zone() == "" {
		return nil
	}
	if _, err := netip.ParsePrefix(s); err == nil {
		return nil
	}
	return fmt.Errorf("invalid ip or cidr range: '%s'", s)
}
