package balancer

// Health is how the Admin API speaks of health. Kong 3.9: upstream health.
type Health string

const (
	HealthUp       Health = "HEALTHY"
	HealthDown     Health = "UNHEALTHY"
	HealthOff      Health = "HEALTHCHECKS_OFF" // nothing is tracked
	HealthDNSError Health = "DNS_ERROR"        // no address is known
)

// healthOf puts available or not into the words of the Admin API.
func healthOf(available bool) Health {
	if available {
		return HealthUp
	}
	return HealthDown
}

// Weight sums up the weights of addresses.
type Weight struct {
	Total, Available, Unavailable int
}

func (w *Weight) add(a *Address) {
	w.Total += a.weight
	if a.health.state().Available() {
		w.Available += a.weight
	} else {
		w.Unavailable += a.weight
	}
}

// exceeds reports whether the available percentage is strictly greater than the threshold.
func (w *Weight) exceeds(threshold float64) bool {
	return w.Total > 0 && float64(w.Available)/float64(w.Total)*100 > threshold
}

// HealthReport says how an upstream and its targets are.
type HealthReport struct {
	Health  Health // HealthUp or HealthDown, or HealthOff when health checks are not in use
	Healthy bool   // addresses are given out; this does not depend on health checks being in use
	Weight  Weight
	Targets []TargetHealth // in the order in which New got them
}

// TargetHealth says how a target is.
type TargetHealth struct {
	Target    string // as New got it
	Host      string
	Port      uint16
	DNS       string // type of the records found, or why there are none
	Weight    int    // of the target
	Health    Health // HealthUp if any address is up
	Weights   Weight // of the addresses
	Addresses []AddressHealth
}

// AddressHealth says how an address is.
type AddressHealth struct {
	IP      string // IPv6 in brackets
	Port    uint16
	Weight  int
	Health  Health // HealthUp, HealthDown or HealthOff
	Healthy bool
}

// Health returns the present state of everything.
func (b *Balancer) Health() HealthReport {
	b.monitor.mu.Lock()
	defer b.monitor.mu.Unlock()
	report := HealthReport{Health: HealthOff, Targets: make([]TargetHealth, 0, len(b.targets))}
	for _, t := range b.targets {
		report.Targets = append(report.Targets, b.targetHealth(t))
	}
	for _, a := range b.weighted() {
		report.Weight.add(a)
	}
	report.Healthy = report.Weight.exceeds(b.upstream.Healthchecks.Threshold)
	if b.tracking {
		report.Health = healthOf(report.Healthy)
	}
	return report
}

// targetHealth is the part of Health about one target. The caller holds monitor.mu.
func (b *Balancer) targetHealth(t *target) TargetHealth {
	h := TargetHealth{
		Target: t.Target.Target, Host: t.host, Port: t.port, DNS: t.dns, Weight: t.Weight,
		Health:    HealthOff,
		Addresses: make([]AddressHealth, 0, len(t.addresses)),
	}
	tracking, anyUp := b.tracking && t.Weight > 0, false
	for _, a := range t.addresses {
		h.Weights.add(a)
		up := a.health.state().Available()
		anyUp = anyUp || up
		health := HealthOff
		if tracking {
			health = healthOf(up)
		}
		h.Addresses = append(h.Addresses, AddressHealth{
			IP: t.ipText(a), Port: a.AddrPort.Port(), Weight: a.weight, Health: health, Healthy: up,
		})
	}
	switch {
	case len(t.addresses) == 0:
		h.Health = HealthDNSError
	case tracking:
		h.Health = healthOf(anyUp)
	}
	return h
}

// ipText writes a literal as the target does, and other addresses in their usual form.
func (t *target) ipText(a *Address) string {
	addr := a.AddrPort.Addr()
	switch {
	case t.literal.IsValid():
		return t.host
	case addr.Is6():
		return "[" + addr.String() + "]"
	}
	return addr.String()
}
