package upstreams

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http/httputil"
	"strconv"
	"strings"
)

// A request as it came over the wire. Text holds the bytes as received.
type request struct {
	line    string
	method  string
	path    string
	headers [][2]string
	body    []byte
}

// errNotHTTP is the error for bytes that do not begin like a request.
var errNotHTTP = errors.New("not an HTTP request")

// readRequest reads one request with its body. The error is io.EOF if the client closed in between requests.
func readRequest(r *bufio.Reader) (*request, error) {
	line, err := readLine(r)
	if err != nil {
		return nil, err
	}
	words := strings.Split(line, " ")
	if len(words) != 3 || !strings.HasPrefix(words[2], "HTTP/") {
		return nil, fmt.Errorf("%w: %q", errNotHTTP, line)
	}
	req := &request{line: line, method: words[0]}
	req.path, _, _ = strings.Cut(words[1], "?")
	for {
		line, err := readLine(r)
		if err != nil {
			return nil, unexpected(err)
		}
		if line == "" {
			break
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			return nil, fmt.Errorf("%w: header %q", errNotHTTP, line)
		}
		req.headers = append(req.headers, [2]string{name, strings.Trim(value, " \t")})
	}
	if req.body, err = readBody(r, req.headers); err != nil {
		return nil, unexpected(err)
	}
	return req, nil
}

func readBody(r *bufio.Reader, headers [][2]string) ([]byte, error) {
	for _, h := range headers {
		switch strings.ToLower(h[0]) {
		case "transfer-encoding":
			body, err := io.ReadAll(httputil.NewChunkedReader(r))
			if err != nil {
				return nil, err
			}
			// Trailers, which nothing asks about, and the empty line.
			for {
				line, err := readLine(r)
				if line == "" || err != nil {
					return body, err
				}
			}
		case "content-length":
			n, err := strconv.ParseUint(h[1], 10, 31)
			if err != nil {
				return nil, fmt.Errorf("%w: Content-Length %q", errNotHTTP, h[1])
			}
			body := make([]byte, n)
			_, err = io.ReadFull(r, body)
			return body, err
		}
	}
	return nil, nil
}

// readLine returns a line without its end. A line that the end of the connection cuts short is an error.
func readLine(r *bufio.Reader) (string, error) {
	line, err := r.ReadString('\n')
	if err != nil {
		if line != "" {
			err = unexpected(err)
		}
		return "", err
	}
	return strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r"), nil
}

// unexpected turns the end of the connection into an error that is not mistaken for an orderly one.
func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
