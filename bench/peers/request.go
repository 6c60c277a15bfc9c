package peers

import (
	"bytes"
	"strconv"
)

// maker returns what appends the next request for a proxy.
type maker func(p *proxy) func([]byte) []byte

// get asks for the same path again and again.
func get(path string) maker {
	request := []byte("GET " + path + " HTTP/1.1\r\nHost: example.com\r\nUser-Agent: load\r\nAccept: */*\r\n\r\n")
	return always(request)
}

// firstRequest is what a program is asked to find out whether it serves.
var firstRequest = get(pathSmall)(nil)(nil)

// post sends a body of so many bytes.
func post(path string, size int) maker {
	head := "POST " + path + " HTTP/1.1\r\nHost: example.com\r\nUser-Agent: load\r\nAccept: */*\r\n" +
		"Content-Type: application/octet-stream\r\nContent-Length: " + strconv.Itoa(size) + "\r\n\r\n"
	return always(append([]byte(head), bytes.Repeat([]byte{'b'}, size)...))
}

// always sends the same bytes.
func always(request []byte) maker {
	return func(*proxy) func([]byte) []byte {
		return func(b []byte) []byte { return append(b, request...) }
	}
}

// stride spreads requests over routes; it is prime, so that all have their turn.
const stride = 7_919

// routed asks for one route after the other, each with its host and path. Below the path of its route, a path is either the
// same in all requests for it, or one that was never seen before.
func routed(fresh bool) maker {
	return func(p *proxy) func([]byte) []byte {
		n := 0
		return func(b []byte) []byte {
			n++
			route := n * stride % p.routes
			b = append(b, "GET "...)
			b = appendPath(b, route)
			if fresh {
				b = strconv.AppendInt(b, int64(n), 36)
			} else {
				b = append(b, "item"...)
			}
			b = append(b, " HTTP/1.1\r\nHost: "...)
			b = appendHost(b, route)
			return append(b, "\r\nUser-Agent: load\r\nAccept: */*\r\n\r\n"...)
		}
	}
}

// appendHost appends the host of a route. Ten routes share one.
func appendHost(b []byte, route int) []byte {
	b = strconv.AppendInt(append(b, "host-"...), int64(route/10), 10)
	return append(b, ".example.com"...)
}

// appendPath appends the path of a route, with a slash behind it.
func appendPath(b []byte, route int) []byte {
	b = strconv.AppendInt(append(b, "/api/v1/resource-"...), int64(route), 10)
	return append(b, '/')
}
