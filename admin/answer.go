package admin

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"github.com/kongo-gateway/kongo/datastore"
)

// answer is what a handler has to say.
type answer struct {
	status int
	header map[string]string
	// body is written as JSON; nil for none.
	body any
	// handler, if not nil, writes the answer instead.
	handler http.Handler
}

// message is the body of answers that have no more to say than a sentence.
type message struct {
	Message string `json:"message"`
}

func ok(body any) answer { return answer{status: http.StatusOK, body: body} }

func created(doc datastore.Document) answer { return answer{status: http.StatusCreated, body: doc} }

func noContent() answer { return answer{status: http.StatusNoContent} }

// write sends the answer. The error is one of encoding, of which the client learns by a status of 500.
func (a answer) write(w http.ResponseWriter, r *http.Request) error {
	if a.handler != nil {
		a.handler.ServeHTTP(w, r)
		return nil
	}
	for name, value := range a.header {
		w.Header().Set(name, value)
	}
	if a.body == nil {
		w.WriteHeader(a.status)
		return nil
	}
	text, err := encode(a.body)
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return fmt.Errorf("encode: %w", err)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(a.status)
	// The client may be gone; there is nothing to be done about it.
	_, _ = w.Write(text)
	return nil
}

// encode writes JSON in which characters stand for themselves.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
