package schemas

import (
	"fmt"
	"strings"

	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
)

// SplitPair takes "name:value" apart. Colons between the two count as one; name is "" where the text begins with a colon.
func SplitPair(pair string) (name, value string) {
	end := strings.IndexByte(pair, ':')
	if end < 0 {
		return pair, ""
	}
	if end == 0 {
		return "", ""
	}
	return pair[:end], strings.TrimLeft(pair[end:], ":")
}

// ValidateHeaderPair demands the name of a header in front of the colon.
func ValidateHeaderPair(v any) error {
	name, _ := SplitPair(v.(string))
	if name == "" {
		return fmt.Errorf(invalidHeader, "nil")
	}
	return validateHeader(name)
}

// ValidateHeaderNames demands the name of a header on both sides of the colon.
func ValidateHeaderNames(v any) error {
	if err := ValidateHeaderPair(v); err != nil {
		return err
	}
	_, value := SplitPair(v.(string))
	return validateHeader(value)
}

const invalidHeader = "'%s' is not a valid header"

func validateHeader(name string) error {
	if name == "" || typedef.ValidateHeaderName(name) != nil {
		return fmt.Errorf(invalidHeader, name)
	}
	return nil
}
