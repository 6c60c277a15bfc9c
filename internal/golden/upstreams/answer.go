package upstreams

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// bigBody is the length of the body that /big asks for.
const bigBody = 300000

// An answer is what an echoing server sends.
type answer struct {
	raw     []byte // sent instead of everything else, unless nil
	proto   string
	status  int
	headers [][2]string
	body    []byte
	chunked bool
	after   time.Duration // how long to wait before sending
	close   bool          // close the connection afterwards
}

// answerTo decides what the server of the given name, listening on port, answers to req.
func answerTo(server string, port int, req *request) answer {
	a := answer{proto: "HTTP/1.1", status: http.StatusOK, body: echo(server, req)}
	contentType := "application/json"
	segments := strings.Split(req.path, "/")
	for i, segment := range segments {
		// The number that follows /status and /sleep.
		number := 0
		if i+1 < len(segments) {
			number, _ = strconv.Atoi(segments[i+1])
		}
		switch segment {
		case "status":
			if number > 0 {
				a.status = number
			}
		case "sleep":
			a.after = time.Duration(number) * time.Second
		case "close":
			return answer{raw: []byte{}, close: true}
		case "partial":
			return answer{raw: []byte("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npartial"), close: true}
		case "garbage":
			return answer{raw: []byte("this is not HTTP\r\n"), close: true}
		case "hdr":
			a.add("X-Up", "1")
			a.add("X-Dup", "a")
			a.add("X-Dup", "b")
		case "hdrhop":
			a.add("Connection", "keep-alive, X-Hop")
			a.add("Keep-Alive", "timeout=5")
			a.add("X-Hop", "1")
			a.add("Upgrade", "h2c")
			a.add("Trailer", "X-Trailer")
		case "cookie":
			a.add("Set-Cookie", "a=1; Path=/")
			a.add("Set-Cookie", "b=2")
		case "svr":
			a.add("Server", "my-up/1.0")
			a.add("Via", "1.1 up")
		case "redir":
			a.status = http.StatusFound
			a.add("Location", fmt.Sprintf("http://127.0.0.1:%d/else", port))
		case "empty":
			a.body = nil
		case "big":
			a.body = []byte(strings.Repeat("x", bigBody))
		case "noctype":
			contentType = ""
		case "text":
			contentType = "text/plain"
		case "chunk":
			a.chunked = true
		case "http10":
			a.proto, a.close = "HTTP/1.0", true
		}
	}
	if contentType != "" {
		a.headers = append([][2]string{{"Content-Type", contentType}}, a.headers...)
	}
	// After an interim status a client waits for the final one, which does not come.
	a.close = a.close || a.status < http.StatusOK
	return a
}

func (a *answer) add(name, value string) { a.headers = append(a.headers, [2]string{name, value}) }

// write sends the answer to a request with the given method.
func (a *answer) write(w io.Writer, method string) error {
	if a.raw != nil {
		_, err := w.Write(a.raw)
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %d %s\r\n", a.proto, a.status, http.StatusText(a.status))
	for _, h := range a.headers {
		fmt.Fprintf(&b, "%s: %s\r\n", h[0], h[1])
	}
	bodyless := a.status == http.StatusNoContent || a.status == http.StatusNotModified
	switch {
	case bodyless || a.proto == "HTTP/1.0":
	case a.chunked:
		b.WriteString("Transfer-Encoding: chunked\r\n")
	default:
		fmt.Fprintf(&b, "Content-Length: %d\r\n", len(a.body))
	}
	b.WriteString("\r\n")
	switch {
	case bodyless || method == http.MethodHead:
	case a.chunked:
		fmt.Fprintf(&b, "%x\r\n%s\r\n0\r\n\r\n", len(a.body), a.body)
	default:
		b.Write(a.body)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
