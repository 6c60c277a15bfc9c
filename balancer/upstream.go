package balancer

import (
	"crypto/tls"
	"time"
)

// Upstream describes what a balancer does. The zero value balances in rotation and checks nothing; the defaults of
// Kong's schema are the business of whoever fills it.
type Upstream struct {
	Name string

	// Algorithm is one of round-robin, consistent-hashing, least-connections and latency; empty means round-robin.
	// Only round-robin is there so far, see Balancer.Substituted.
	Algorithm string

	HostHeader        string           // Host of active HTTP probes; empty for the target's name
	ClientCertificate *tls.Certificate // offered by active HTTPS probes; nil for none
	Healthchecks      Healthchecks
}

// Target is one entry of an upstream.
type Target struct {
	// Target is host or host:port, the host being a name, an IPv4 address, or an IPv6 address in brackets. The port is
	// 8000 if missing.
	Target string
	Weight int // 0 to 65535; a target of weight 0 is resolved and reported, but gets no requests and no probes
}

// Healthchecks says when an address counts as healthy.
type Healthchecks struct {
	// Threshold is the percentage of the total weight that the available weight must exceed for the balancer to give out
	// addresses at all, from 0 to 100. With 100 it never does.
	Threshold float64
	Active    ActiveChecks
	Passive   Criteria
}

// ActiveChecks describes the probes that a node sends of its own accord, and what it makes of them.
type ActiveChecks struct {
	// Type is tcp, http, https, grpc or grpcs; empty means http. The gRPC types are probed as http and https.
	Type        string
	Timeout     time.Duration // of each step of a probe; 0 means 60 s
	Concurrency int           // probes of healthy addresses under way at a time, and as many of unhealthy ones; at least 1

	// What follows concerns HTTP and HTTPS probes.
	HTTPPath               string              // empty means /
	Headers                map[string][]string // sent with every probe; a Host among them replaces the usual one
	HTTPSSNI               string              // empty means the upstream's host header or the target's name
	HTTPSVerifyCertificate bool                // against Options.RootCAs

	HealthyInterval   time.Duration // between probes of healthy addresses, 0 for none
	UnhealthyInterval time.Duration // between probes of unhealthy addresses, 0 for none
	Criteria
}

// Criteria says which outcomes of a request or a probe are good or bad, and how many of a kind change the state of an
// address. The numbers go from 0 to 255; 0 has outcomes of that kind ignored.
type Criteria struct {
	HealthyStatuses   []int // HTTP statuses that count as a success; those in neither list are ignored
	UnhealthyStatuses []int // HTTP statuses that count as an HTTP failure

	Successes    int
	HTTPFailures int
	TCPFailures  int
	Timeouts     int
}

// used reports whether the health of addresses is tracked at all. Kong 3.9: balancer, upstreams that use health checks.
func (h *Healthchecks) used() bool {
	return h.Active.HealthyInterval > 0 || h.Active.UnhealthyInterval > 0 ||
		h.Passive.TCPFailures > 0 || h.Passive.Timeouts > 0 || h.Passive.HTTPFailures > 0
}
