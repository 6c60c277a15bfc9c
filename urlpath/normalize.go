package urlpath

import (
	"bytes"
	"strings"
	"unsafe"
)

// reserved are the bytes whose escapes stay escaped, since the plain byte could mean something else.
var reserved = newByteSet("!#$%&'()*+,/:;=?@[]")

// Normalize returns the form of a request path in which it is matched and sent on: escapes of bytes that need none
// are decoded, the digits of other escapes are in upper case, "." and ".." segments are resolved without ever leaving
// the root, and repeated slashes are one. Text that only looks like an escape stays.
//
// A path that is in that form already is returned as it is. Otherwise the result lies in *buf, which grows as needed,
// and is valid until the caller writes there again; with a nil buf it is a string of its own.
//
// Kong 3.9: router, normalisation of the request path.
func Normalize(path string, buf *[]byte) string {
	if isNormal(path) {
		return path
	}
	var own []byte
	if buf == nil {
		buf = &own
	}
	*buf = removeDots(appendDecoded((*buf)[:0], path))
	// A view saves the copy on the path of every request that is not in normal form.
	return unsafe.String(unsafe.SliceData(*buf), len(*buf))
}

// isNormal tells whether normalising would change nothing.
func isNormal(path string) bool {
	for rest := path; ; {
		percent := strings.IndexByte(rest, '%')
		if percent < 0 {
			break
		}
		rest = rest[percent:]
		if c, ok := unescape(rest); ok && (!reserved[c] || rest[1] != upperHex[c>>4] || rest[2] != upperHex[c&0xf]) {
			return false
		}
		rest = rest[1:]
	}
	if strings.Contains(path, "//") || startsWithDots(path) {
		return false
	}
	for rest := path; ; {
		slash := strings.Index(rest, "/.")
		if slash < 0 {
			return true
		}
		rest = rest[slash+1:]
		if startsWithDots(rest) {
			return false
		}
	}
}

// startsWithDots tells whether the first segment of a path is "." or "..".
func startsWithDots(path string) bool {
	segment, _, _ := strings.Cut(path, "/")
	return segment == "." || segment == ".."
}

// appendDecoded appends path with its escapes decoded or in upper case.
func appendDecoded(dst []byte, path string) []byte {
	for i := 0; i < len(path); i++ {
		c, ok := unescape(path[i:])
		switch {
		case !ok:
			dst = append(dst, path[i])
			continue
		case reserved[c]:
			dst = appendEscape(dst, c)
		default:
			dst = append(dst, c)
		}
		i += 2
	}
	return dst
}

// removeDots resolves dot segments and repeated slashes in place.
func removeDots(path []byte) []byte {
	path = trimLeadingDots(path)
	kept := path[:0]
	for len(path) > 0 {
		// path begins with a slash, except for the first segment of a relative path.
		end := bytes.IndexByte(path[1:], '/') + 1
		last := end == 0
		if last {
			end = len(path)
		}
		segment := path[:end]
		path = path[end:]
		switch string(segment) {
		case "/", "/.":
		case "/..":
			kept = kept[:max(0, bytes.LastIndexByte(kept, '/'))]
		default:
			kept = append(kept, segment...)
			continue
		}
		if last {
			kept = append(kept, '/')
		}
	}
	return kept
}

// trimLeadingDots removes the dot segments that a relative path begins with.
func trimLeadingDots(path []byte) []byte {
	for {
		switch {
		case bytes.HasPrefix(path, []byte("./")):
			path = path[2:]
		case bytes.HasPrefix(path, []byte("../")):
			path = path[3:]
		case string(path) == ".", string(path) == "..":
			return path[:0]
		default:
			return path
		}
	}
}
