package admin

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// staticPage is an answer that is no part of the API and has none of its headers: in Kong the web server gives it.
type staticPage struct {
	status      int
	contentType string
	text        string
}

// staticPageFor returns the page that answers a request, nil if the API does.
//
// Kong 3.9: Admin API, methods.
func staticPageFor(r *http.Request) *staticPage {
	switch {
	case r.Method == http.MethodTrace || r.Method == http.MethodConnect:
		return errorPage(http.StatusMethodNotAllowed, "Not Allowed")
	case strings.Contains(r.URL.Path, "\x00"):
		return errorPage(http.StatusBadRequest, "Bad Request")
	case r.URL.Path == "/robots.txt":
		return &staticPage{http.StatusOK, "text/plain; charset=UTF-8", "User-agent: *\nDisallow: /"}
	}
	return nil
}

func errorPage(status int, reason string) *staticPage {
	title := fmt.Sprintf("%d %s", status, reason)
	return &staticPage{status, "text/html; charset=UTF-8", "<html>\r\n<head><title>" + title + "</title></head>\r\n" +
		"<body>\r\n<center><h1>" + title + "</h1></center>\r\n</body>\r\n</html>\r\n"}
}

func (p *staticPage) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", p.contentType)
	w.Header().Set("Content-Length", strconv.Itoa(len(p.text)))
	w.WriteHeader(p.status)
	io.WriteString(w, p.text) // nobody is left to tell of an error
}
