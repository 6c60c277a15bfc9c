package telemetry

import (
	"bytes"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// Whatever is in an entry, it makes one line of printable characters, in which quotes are where the format has them.
func FuzzEntry(f *testing.F) {
	f.Add([]byte("alice"), []byte("GET"), []byte("/"), []byte("curl"), []byte("id"))
	f.Add([]byte("a\nb"), []byte("\x16\x03\x01"), []byte(`/" 200 0 "`), []byte("\x1b[2J\\"), []byte("\xff\xfe\u2028"))
	f.Add([]byte{}, []byte{}, []byte{}, []byte{}, []byte{})
	at := time.Unix(1795000000, 0)
	f.Fuzz(func(t *testing.T, user, method, uri, agent, id []byte) {
		var clock atomic.Pointer[second]
		e := Entry{RemoteUser: user, Time: at, Method: method, URI: uri, Protocol: uri, Referer: agent, UserAgent: agent, RequestID: id}
		for _, withID := range []bool{false, true} {
			line := e.append(nil, &clock, withID)
			quotes := 6
			if withID {
				quotes = 8
			}
			if bytes.Count(line, []byte(`"`)) != quotes || bytes.IndexByte(line, '\n') != len(line)-1 {
				t.Errorf("not one line of its form: %q", line)
			}
			if strings.ContainsFunc(string(line[:len(line)-1]), func(r rune) bool { return r < ' ' || r > '~' }) {
				t.Errorf("unprintable: %q", line)
			}
		}
	})
}

// A message of any kind makes one line.
func FuzzMessage(f *testing.F) {
	f.Add("plain", "value")
	f.Add("two\r\nlines\u0085\x00", "a\nb=\"c\"")
	f.Fuzz(func(t *testing.T, message, value string) {
		line := appendText(appendMessage(nil, message), value)
		if bytes.ContainsAny(line, "\r\n\x00") {
			t.Errorf("not one line: %q", line)
		}
	})
}
