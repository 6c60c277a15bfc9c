package message

import "unsafe"

// Field is one line of a header, without blanks around name and value.
type Field struct {
	Name, Value []byte
	Known       Name
}

// View returns the bytes as a string without copying them. It is valid as long as nobody changes them.
func View(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// EqualFold compares b with text, which must be in lower case, without regard to the case of ASCII letters.
func EqualFold(b []byte, text string) bool {
	if len(b) != len(text) {
		return false
	}
	for i, c := range b {
		if lower(c) != text[i] {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

// NextElement returns the first element of a comma-separated list, without blanks around it, and what follows it. Empty
// elements are passed over; at the end the element is nil.
func NextElement(list []byte) (element, rest []byte) {
	for len(list) > 0 {
		end := 0
		for end < len(list) && list[end] != ',' {
			end++
		}
		element, list = Trim(list[:end]), list[min(end+1, len(list)):]
		if len(element) > 0 {
			return element, list
		}
	}
	return nil, nil
}

// HasElement reports whether a comma-separated list has an element, which must be in lower case.
func HasElement(list []byte, element string) bool {
	for {
		var e []byte
		if e, list = NextElement(list); e == nil {
			return false
		}
		if EqualFold(e, element) {
			return true
		}
	}
}

// Trim returns b without blanks around it.
func Trim(b []byte) []byte {
	for len(b) > 0 && isBlank(b[0]) {
		b = b[1:]
	}
	for len(b) > 0 && isBlank(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return b
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }
