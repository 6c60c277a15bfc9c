package balancer

// Outcome is how a request to an address, or a probe of it, ended: an HTTP status, or one of the constants.
type Outcome int

const (
	// NoStatus is an answer without a readable HTTP status.
	NoStatus Outcome = 0
	// Timeout is a connection or an answer that did not come in time.
	Timeout Outcome = -1
	// TCPFailure is any other trouble with the connection.
	TCPFailure Outcome = -2
	// Connected is the good outcome of a probe that only connects.
	Connected Outcome = -3
)

// judge is Criteria made for looking up outcomes.
type judge struct {
	healthy, unhealthy statusSet
	limits             [4]byte // by kind
}

func newJudge(c Criteria) judge {
	return judge{
		healthy:   newStatusSet(c.HealthyStatuses),
		unhealthy: newStatusSet(c.UnhealthyStatuses),
		limits: [4]byte{
			success:     limit(c.Successes),
			httpFailure: limit(c.HTTPFailures),
			tcpFailure:  limit(c.TCPFailures),
			timeout:     limit(c.Timeouts),
		},
	}
}

func limit(n int) byte { return byte(min(max(n, 0), 255)) }

// decide returns what an outcome counts as and how many of these decide, 0 if it does not count.
// Kong 3.9: health checks, reports of HTTP statuses.
func (j *judge) decide(o Outcome) (kind, byte) {
	k := success
	switch {
	case o == Timeout:
		k = timeout
	case o == TCPFailure:
		k = tcpFailure
	case o == Connected || j.healthy.has(int(o)):
		k = success
	case o == NoStatus || j.unhealthy.has(int(o)):
		k = httpFailure
	default:
		return success, 0
	}
	return k, j.limits[k]
}

// statusSet is a set of HTTP statuses from 0 to 1023, one bit each.
type statusSet [16]uint64

func newStatusSet(statuses []int) statusSet {
	var s statusSet
	for _, status := range statuses {
		if status >= 0 && status < 64*len(s) {
			s[status/64] |= 1 << (status % 64)
		}
	}
	return s
}

func (s *statusSet) has(status int) bool {
	return status >= 0 && status < 64*len(s) && s[status/64]&(1<<(status%64)) != 0
}
