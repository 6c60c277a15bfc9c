package node

import (
	"net/http"
	"net/netip"
	"time"

	"github.com/kongo-gateway/kongo/telemetry"
)

// logged writes a line for every request of an API.
func logged(next http.Handler, log *telemetry.AccessLog) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		counted := &countingWriter{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(counted, r)
		client, _ := netip.ParseAddrPort(r.RemoteAddr) // of net/http itself
		user, _, _ := r.BasicAuth()
		log.Append(&telemetry.Entry{
			RemoteAddr: client.Addr(),
			RemoteUser: []byte(user),
			Time:       time.Now(),
			Method:     []byte(r.Method),
			URI:        []byte(r.RequestURI),
			Protocol:   []byte(r.Proto),
			Status:     counted.status,
			BodyBytes:  counted.bytes,
			Referer:    []byte(r.Referer()),
			UserAgent:  []byte(r.UserAgent()),
		})
	})
}

// countingWriter remembers what was answered.
type countingWriter struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (w *countingWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

func (w *countingWriter) Write(p []byte) (int, error) {
	n, err := w.ResponseWriter.Write(p)
	w.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach what else the writer can do.
func (w *countingWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
