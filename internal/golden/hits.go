package golden

import (
	"strconv"
	"time"
)

// lateHits is how long requests are waited for that have not reached their upstream server yet.
const lateHits = 10 * time.Second

// hits returns how many requests the upstream server that x asks about has had.
func (r *replay) hits(x *exchange) int {
	if x.upstream == "" || r.node.Upstreams == nil {
		return 0
	}
	n, _ := r.node.Upstreams.Hits(x.upstream)
	return n
}

// countHits compares how many requests reached the upstream server since it had had the given number.
func (r *replay) countHits(x *exchange, before int) []Difference {
	if x.upstream == "" {
		return nil
	}
	got := r.hits(x) - before
	// The gateway may have given up on a server that has yet to read the request.
	for deadline := time.Now().Add(lateHits); got < x.hits && time.Now().Before(deadline); got = r.hits(x) - before {
		time.Sleep(time.Millisecond)
	}
	if got != x.hits {
		return []Difference{{"requests to " + x.upstream, strconv.Itoa(x.hits), strconv.Itoa(got)}}
	}
	return nil
}
