package http1

import "net/http"

// reasonOf returns the usual reason phrase of a status. Those that only the gateway uses are nginx's.
func reasonOf(status int) string {
	if status == 408 {
		return "Request Time-out"
	}
	return http.StatusText(status)
}
