package upstreams

import (
	"fmt"
	"strconv"
	"strings"
)

// echoedBody is how many bytes of a body are echoed.
const echoedBody = 2000

// echo lays out a request as the JSON text that the recorded servers answered with.
func echo(server string, req *request) []byte {
	var b strings.Builder
	b.WriteString(`{"server": `)
	quote(&b, server)
	b.WriteString(`, "request_line": `)
	quote(&b, req.line)
	b.WriteString(`, "headers": [`)
	for i, h := range req.headers {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteByte('[')
		quote(&b, h[0])
		b.WriteString(", ")
		quote(&b, h[1])
		b.WriteByte(']')
	}
	b.WriteString(`], "body": `)
	quote(&b, string(req.body[:min(len(req.body), echoedBody)]))
	b.WriteString(`, "body_len": `)
	b.WriteString(strconv.Itoa(len(req.body)))
	b.WriteByte('}')
	return []byte(b.String())
}

// quote writes s, taken as Latin-1, as a JSON string in ASCII. encoding/json would write UTF-8.
func quote(b *strings.Builder, s string) {
	b.WriteByte('"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\r':
			b.WriteString(`\r`)
		case c == '\t':
			b.WriteString(`\t`)
		case c < 0x20 || c > 0x7f:
			fmt.Fprintf(b, `\u%04x`, c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
}
