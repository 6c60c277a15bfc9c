package http1

import (
	"github.com/kongo-gateway/kongo/proxy/message"
)

var (
	errMethod        = &Refusal{405, "method is not allowed"}
	errNoHost        = &Refusal{400, "no Host in a request of HTTP/1.1"}
	errHost          = &Refusal{400, "invalid Host"}
	errLength        = &Refusal{400, "invalid Content-Length"}
	errCodingAtAll   = &Refusal{400, "Transfer-Encoding in a request of HTTP/1.0"}
	errTwoFramings   = &Refusal{400, "both Content-Length and Transfer-Encoding"}
	errUnknownCoding = &Refusal{501, "unknown Transfer-Encoding"}
	errBodyTooLarge  = &Refusal{413, "request body is too large"}
)

// judge decides whether a request that could be parsed is acceptable, and settles its framing and what becomes of the
// connection. Anything that two parties could read differently is refused.
//
// Kong 3.9: nginx, processing of the request header.
func (c *Conn) judge() error {
	r := &c.req
	if err := judgeFraming(r); err != nil {
		return err
	}
	host := r.Value(message.Host)
	switch {
	case string(r.Method) == "CONNECT" || string(r.Method) == "TRACE":
		return errMethod
	case host == nil && r.Version > message.HTTP10:
		return errNoHost
	case host != nil && !validHost(host):
		return errHost
	}
	if limit := c.server.settings.MaxBody; limit > 0 && r.Length > limit {
		return errBodyTooLarge
	}
	c.settlePersistence()
	return nil
}

func judgeFraming(r *message.Request) error {
	length, coding := r.Value(message.ContentLength), r.Value(message.TransferEncoding)
	if length != nil {
		n, ok := parseLength(length)
		if !ok {
			return errLength
		}
		r.Length, r.HasLength = n, true
	}
	switch {
	case coding == nil:
		return nil
	case r.Version == message.HTTP10:
		return errCodingAtAll
	case length != nil:
		return errTwoFramings
	case !message.EqualFold(coding, "chunked"):
		return errUnknownCoding
	}
	r.Length = message.Chunked
	return nil
}

// parseLength parses a Content-Length, which is digits and nothing else.
func parseLength(b []byte) (int64, bool) {
	if len(b) == 0 || len(b) > 18 { // 18 digits cannot overflow
		return 0, false
	}
	var n int64
	for _, c := range b {
		if !isDigit(c) {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	return n, true
}

// validHost tells whether nginx would take a host: no blanks, control bytes or slashes, no two dots in a row, something in
// front of the port.
func validHost(host []byte) bool {
	if len(host) == 0 || host[0] == ':' {
		return false
	}
	for i, c := range host {
		if c <= ' ' || c == 0x7f || c == '/' || c == '.' && i > 0 && host[i-1] == '.' {
			return false
		}
	}
	return true
}

// settlePersistence decides whether another request may follow on the connection.
func (c *Conn) settlePersistence() {
	r := &c.req
	keep := r.Version > message.HTTP10
	for i := range r.Fields {
		if f := &r.Fields[i]; f.Known == message.Connection {
			switch {
			case message.HasElement(f.Value, "close"):
				keep = false
			case message.HasElement(f.Value, "keep-alive"):
				keep = true
			}
		}
	}
	s := &c.server.settings
	if !keep || s.IdleTimeout <= 0 || s.MaxRequests > 0 && c.requests.Load() >= uint64(s.MaxRequests) {
		c.closing = true
	}
}
