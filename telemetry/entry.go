package telemetry

import (
	"net/netip"
	"strconv"
	"sync/atomic"
	"time"
)

// Entry is one line of an access log. Empty fields become `-`. An AccessLog keeps nothing of it after Append.
type Entry struct {
	RemoteAddr netip.Addr // of the client
	RemoteUser []byte     // of basic authentication
	Time       time.Time  // when the request ended
	Method     []byte
	URI        []byte // as the client sent it
	Protocol   []byte // such as HTTP/1.1
	Status     int
	BodyBytes  int64 // sent to the client, without the head
	Referer    []byte
	UserAgent  []byte
	RequestID  []byte
}

// append appends the line of an entry: nginx's combined format, with the request id behind it if asked for. Kong 3.9:
// access log.
func (e *Entry) append(line []byte, clock *atomic.Pointer[second], withID bool) []byte {
	if e.RemoteAddr.IsValid() {
		line = e.RemoteAddr.AppendTo(line)
	} else {
		line = append(line, '-')
	}
	line = append(line, " - "...)
	line = appendVariable(line, e.RemoteUser)
	line = append(line, " ["...)
	line = appendTime(line, clock, e.Time)
	line = append(line, `] "`...)
	line = e.appendRequest(line)
	line = append(line, `" `...)
	line = strconv.AppendInt(line, int64(e.Status), 10)
	line = append(line, ' ')
	line = strconv.AppendInt(line, e.BodyBytes, 10)
	line = append(line, ` "`...)
	line = appendVariable(line, e.Referer)
	line = append(line, `" "`...)
	line = appendVariable(line, e.UserAgent)
	if withID {
		line = append(line, `" kong_request_id: "`...)
		line = appendVariable(line, e.RequestID)
	}
	return append(line, "\"\n"...)
}

// appendRequest appends the request line, or what there is of it.
func (e *Entry) appendRequest(line []byte) []byte {
	if len(e.Method)+len(e.URI)+len(e.Protocol) == 0 {
		return append(line, '-')
	}
	line = appendEscaped(line, e.Method)
	for _, part := range [...][]byte{e.URI, e.Protocol} {
		if len(part) > 0 {
			line = appendEscaped(append(line, ' '), part)
		}
	}
	return line
}

func appendVariable(line, value []byte) []byte {
	if len(value) == 0 {
		return append(line, '-')
	}
	return appendEscaped(line, value)
}

// appendEscaped appends a value with all bytes escaped that could end it, or the line, or do harm on a terminal. Nginx:
// log_format, escape=default.
func appendEscaped(line, value []byte) []byte {
	const hex = "0123456789ABCDEF"
	start := 0
	for i, c := range value {
		if c >= ' ' && c <= '~' && c != '"' && c != '\\' {
			continue
		}
		line = append(line, value[start:i]...)
		line = append(line, '\\', 'x', hex[c>>4], hex[c&15])
		start = i + 1
	}
	return append(line, value[start:]...)
}

// second is a second as text. Requests of the same second share it, because formatting a time takes about as long as all
// the rest of a line.
type second struct {
	unix int64
	text []byte
}

// appendTime appends a time in the local zone, to the second. The clock is the second that it was last asked for, or nil.
func appendTime(line []byte, clock *atomic.Pointer[second], t time.Time) []byte {
	last := clock.Load()
	if last == nil || last.unix != t.Unix() {
		last = &second{t.Unix(), t.Local().AppendFormat(nil, "02/Jan/2006:15:04:05 -0700")}
		clock.Store(last)
	}
	return append(line, last.text...)
}
