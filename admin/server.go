package admin

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/kongo-gateway/kongo/admin/body"
)

// server is the http.Handler over the endpoints of one listener.
type server struct {
	*Options
	routes *routes
	// origins are those that a browser may call from, any if there are none; credentials allows it to send cookies.
	origins     []string
	credentials bool
}

func newServer(opts *Options) *server { return &server{Options: opts, routes: newRoutes()} }

func (s *server) ServeHTTP(w http.ResponseWriter, hr *http.Request) {
	start := time.Now()
	if page := staticPageFor(hr); page != nil {
		page.write(w)
		return
	}
	ctx, cancel := s.deadline(hr)
	defer cancel()
	r := &request{Request: hr.WithContext(ctx)}
	a, err := s.handle(ctx, w, r)
	if err != nil {
		a = s.failure(r, err)
	}
	s.setHeaders(w.Header(), hr, time.Since(start))
	if err := a.write(w, r.Request); err != nil {
		s.Log.Warn("could not send an answer of the Admin API", "method", hr.Method, "path", hr.URL.Path, "error", err)
	}
}

// deadline limits the work for a request. Reading ends when the client is gone; a write that has begun is finished, so that
// other nodes learn of it.
func (s *server) deadline(r *http.Request) (context.Context, context.CancelFunc) {
	ctx := r.Context()
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		ctx = context.WithoutCancel(ctx)
	}
	return context.WithTimeout(ctx, s.Timeout)
}

// handle answers a request. The order in which it finds faults is Kong's.
//
// Kong 3.9: Admin API, methods and request bodies.
func (s *server) handle(ctx context.Context, w http.ResponseWriter, r *request) (answer, error) {
	if s.MaxBody > 0 && r.ContentLength > s.MaxBody {
		return answer{}, errTooLarge
	}
	e, params := s.routes.find(rawPath(r.Request))
	if e == nil {
		return answer{}, errNotFound
	}
	r.params = params
	var err error
	if r.query, err = body.ParseArguments(r.URL.RawQuery); err != nil {
		return answer{}, err
	}
	if r.text, err = s.readBody(w, r.Request, e.yaml); err != nil {
		return answer{}, err
	}
	if e.before != nil {
		if err := e.before(ctx, r); err != nil {
			return answer{}, err
		}
	}
	if r.Method == http.MethodOptions {
		return preflight(r.Request, e.allowed()), nil
	}
	h := e.handler(r.Method)
	if h == nil {
		return answer{}, errMethodNotAllowed
	}
	if hasBody(r.Method) {
		if r.input, err = body.Decode(r.Header.Get("Content-Type"), r.text); err != nil {
			return answer{}, err
		}
	}
	return h(ctx, r)
}

// rawPath is the path before decoding: escapes can't make a word of an endpoint.
func rawPath(r *http.Request) string {
	if r.URL.RawPath != "" {
		return r.URL.RawPath
	}
	return r.URL.EscapedPath()
}

// hasBody tells the methods whose body counts; with others it is ignored.
func hasBody(method string) bool {
	return method == http.MethodPost || method == http.MethodPut || method == http.MethodPatch
}

// readBody returns the body of a request that has one, if its content type is known.
func (s *server) readBody(w http.ResponseWriter, r *http.Request, yaml bool) ([]byte, error) {
	if !hasBody(r.Method) {
		return nil, nil
	}
	reader := r.Body
	if s.MaxBody > 0 {
		reader = http.MaxBytesReader(w, reader, s.MaxBody)
	}
	data, err := io.ReadAll(reader)
	contentType := r.Header.Get("Content-Type")
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, errTooLarge
	case err != nil:
		return nil, badRequest("Cannot read the body")
	case !body.Supported(contentType, len(data) == 0) && !(yaml && body.YAML(contentType)):
		return nil, errUnsupportedType
	}
	return data, nil
}

// setHeaders adds the headers that all answers have.
//
// Kong 3.9: Admin API, listener and headers.
func (s *server) setHeaders(h http.Header, r *http.Request, spent time.Duration) {
	h.Set("Access-Control-Allow-Origin", s.allowedOrigin(r.Header.Get("Origin")))
	if s.credentials {
		h.Set("Access-Control-Allow-Credentials", "true")
	}
	if s.Server != "" {
		h.Set("Server", s.Server)
	}
	if s.Latency {
		h.Set("X-Kong-Admin-Latency", strconv.FormatInt(spent.Milliseconds(), 10))
	}
}

// allowedOrigin is the origin that an answer allows.
func (s *server) allowedOrigin(origin string) string {
	if len(s.origins) > 0 {
		for _, allowed := range s.origins {
			if strings.EqualFold(allowed, origin) {
				return origin
			}
		}
		return s.origins[0]
	}
	if origin == "" {
		return "*"
	}
	return origin
}

// preflight answers OPTIONS.
func preflight(r *http.Request, allowed string) answer {
	headers := r.Header.Get("Access-Control-Request-Headers")
	if headers == "" {
		headers = "Content-Type"
	}
	return answer{status: http.StatusNoContent, header: map[string]string{
		"Allow":                        allowed,
		"Access-Control-Allow-Methods": allowed,
		"Access-Control-Allow-Headers": headers,
	}}
}
