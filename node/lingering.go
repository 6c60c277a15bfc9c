package node

import (
	"io"
	"net/http"
	"time"
)

// lingerTime is how long a client may go on sending a body that nobody wants. Nginx: lingering_time.
const lingerTime = 30 * time.Second

// lingering reads what a handler has left of a body, after the answer. Many clients look for an answer only when they have
// sent all; were the connection closed before, they would find it broken and never see why. Nginx: lingering_close.
func lingering(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := &watchedBody{ReadCloser: r.Body, ended: r.ContentLength == 0}
		r.Body = body
		next.ServeHTTP(w, r)
		if body.ended || r.ProtoMajor != 1 || r.Header.Get("Expect") != "" { // nothing comes, or not of itself
			return
		}
		connection := http.NewResponseController(w)
		if connection.Flush() != nil || connection.SetReadDeadline(time.Now().Add(lingerTime)) != nil {
			return
		}
		_, _ = io.Copy(io.Discard, body) // whatever ends it, the answer is sent
	})
}

// watchedBody remembers whether it was read to its end.
type watchedBody struct {
	io.ReadCloser
	ended bool
}

func (b *watchedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.ended = b.ended || err != nil
	return n, err
}
