package golden

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"strconv"
	"strings"
	"time"
)

// exchangeTimeout bounds one exchange. The slowest recorded one waits about 13 s for upstreams.
const exchangeTimeout = 2 * time.Minute

// An answer is a response, recorded or received.
type answer struct {
	status  int
	headers [][2]string // in order, as spelled
	body    []byte

	headless    bool   // recorded without headers
	truncated   bool   // received with less body than it announced
	peerSubject string // of the certificate seen, in the notation of openssl
}

// header returns the values of a header, whose name is in lower case.
func (a *answer) header(name string) []string {
	var values []string
	for _, h := range a.headers {
		if strings.ToLower(h[0]) == name {
			values = append(values, h[1])
		}
	}
	return values
}

// method returns the method, which in raw bytes is the first word.
func (r request) method() string {
	if r.Raw == nil {
		return r.Method
	}
	method, _, _ := strings.Cut(*r.Raw, " ")
	return method
}

// bytes returns the request as it goes over the wire.
func (r request) bytes() []byte {
	if r.Raw != nil {
		return []byte(*r.Raw)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\n", r.Method, r.Path)
	framed := false
	for _, h := range r.Headers {
		fmt.Fprintf(&b, "%s: %s\r\n", h[0], h[1])
		name := strings.ToLower(h[0])
		framed = framed || name == "transfer-encoding" || name == "content-length"
	}
	if r.Body == nil {
		b.WriteString("\r\n")
		return b.Bytes()
	}
	if !framed {
		fmt.Fprintf(&b, "Content-Length: %d\r\n", len(*r.Body))
	}
	b.WriteString("\r\n")
	b.WriteString(*r.Body)
	return b.Bytes()
}

// errNoAnswer is the error for a connection on which nothing came that could be read as a response.
var errNoAnswer = errors.New("no HTTP answer")

// send writes a request on a new connection, over TLS if secure, and reads the response. The error is errNoAnswer, or what
// kept the request from being sent.
func send(ctx context.Context, addr string, secure bool, sni string, r request) (*answer, error) {
	ctx, cancel := context.WithTimeout(ctx, exchangeTimeout)
	defer cancel()
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if deadline, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(deadline); err != nil {
			return nil, err
		}
	}
	var subject string
	if secure {
		// The node shows a certificate of its own making.
		client := tls.Client(conn, &tls.Config{ServerName: sni, InsecureSkipVerify: true})
		if err := client.HandshakeContext(ctx); err != nil {
			return nil, fmt.Errorf("TLS handshake with %s: %w", addr, err)
		}
		subject = opensslSubject(client.ConnectionState().PeerCertificates[0].Subject)
		conn = client
	}
	// A server may answer and close before it has read everything, so what counts is whether an answer can be read.
	_, writeErr := conn.Write(r.bytes())
	a, err := readAnswer(bufio.NewReader(conn), r.method())
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNoAnswer, errors.Join(err, writeErr))
	}
	a.peerSubject = subject
	return a, nil
}

// readAnswer reads the response to a request with the given method. Interim responses are passed over.
func readAnswer(r *bufio.Reader, method string) (*answer, error) {
	for {
		a, err := readHead(r)
		if err != nil {
			return nil, err
		}
		if a.status < http.StatusOK && a.status != http.StatusSwitchingProtocols {
			continue
		}
		if method == http.MethodHead || a.status == http.StatusNoContent || a.status == http.StatusNotModified {
			return a, nil
		}
		return a, a.readBody(r)
	}
}

func readHead(r *bufio.Reader) (*answer, error) {
	line, err := readLine(r)
	if err != nil {
		return nil, err
	}
	proto, rest, _ := strings.Cut(line, " ")
	code, _, _ := strings.Cut(rest, " ")
	status, err := strconv.Atoi(code)
	if !strings.HasPrefix(proto, "HTTP/") || err != nil || len(code) != 3 {
		return nil, fmt.Errorf("%.60q is no status line", line)
	}
	a := &answer{status: status}
	for {
		line, err := readLine(r)
		if err != nil {
			return nil, err
		}
		if line == "" {
			return a, nil
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			return nil, fmt.Errorf("%.60q is no header", line)
		}
		a.headers = append(a.headers, [2]string{name, strings.Trim(value, " \t")})
	}
}

// readBody reads the body by the framing of the headers. A body that ends early is not an error but noted.
func (a *answer) readBody(r *bufio.Reader) error {
	var body io.Reader = r
	length := -1
	switch encoding, announced := a.header("transfer-encoding"), a.header("content-length"); {
	case len(encoding) > 0:
		if len(encoding) > 1 || !strings.EqualFold(encoding[0], "chunked") || len(announced) > 0 {
			return fmt.Errorf("framing: Transfer-Encoding %q, Content-Length %q", encoding, announced)
		}
		body = httputil.NewChunkedReader(r)
	case len(announced) > 0:
		n, err := strconv.ParseUint(announced[0], 10, 31)
		if err != nil || len(announced) > 1 {
			return fmt.Errorf("framing: Content-Length %q", announced)
		}
		length = int(n)
		body = io.LimitReader(r, int64(n))
	}
	var err error
	a.body, err = io.ReadAll(body)
	a.truncated = err != nil || len(a.body) < length
	return nil
}

// readLine returns a line without its end.
func readLine(r *bufio.Reader) (string, error) {
	line, err := r.ReadString('\n')
	if err != nil {
		return "", err
	}
	return strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r"), nil
}
