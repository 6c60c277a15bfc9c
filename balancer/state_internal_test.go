package balancer

import (
	"sync"
	"testing"

	"pgregory.net/rapid"
)

// model is the state machine of one address written down step by step, with nothing packed.
type model struct {
	state    State
	counters [4]int
}

func (m *model) report(k kind, limit int) {
	if limit == 0 {
		return
	}
	if k == success && m.state == Healthy || k != success && m.state == Unhealthy {
		return
	}
	if k == success {
		m.counters[httpFailure], m.counters[tcpFailure], m.counters[timeout] = 0, 0, 0
	} else {
		m.counters[success] = 0
	}
	m.counters[k]++
	if m.counters[k] >= limit {
		m.state = Unhealthy
		if k == success {
			m.state = Healthy
		}
		return
	}
	switch m.state {
	case Healthy:
		m.state = MostlyHealthy
	case Unhealthy:
		m.state = MostlyUnhealthy
	}
}

func TestStateMachineAgreesWithModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// Active and passive checks have their own limits, changed in between by a rebuild.
		limit := rapid.OneOf(rapid.IntRange(0, 5), rapid.IntRange(250, 255))
		kinds := rapid.Custom(func(t *rapid.T) [4]int {
			return [4]int{limit.Draw(t, "s"), limit.Draw(t, "h"), limit.Draw(t, "c"), limit.Draw(t, "t")}
		})
		checks := [2][4]int{kinds.Draw(t, "active"), kinds.Draw(t, "passive")}
		var r record
		var m model
		t.Repeat(map[string]func(*rapid.T){
			"reports": func(t *rapid.T) {
				k := rapid.SampledFrom([]kind{success, httpFailure, tcpFailure, timeout}).Draw(t, "kind")
				limits := checks[rapid.IntRange(0, 1).Draw(t, "check")]
				for range rapid.SampledFrom([]int{1, 1, 2, 300}).Draw(t, "times") {
					before := m.state
					m.report(k, limits[k])
					if from, to := r.report(k, byte(limits[k])); from != before || to != m.state {
						t.Fatalf("%v to %v, want %v to %v", from, to, before, m.state)
					}
				}
			},
			"mark": func(t *rapid.T) {
				s := rapid.SampledFrom([]State{Healthy, Unhealthy}).Draw(t, "state")
				if from := r.set(s); from != m.state {
					t.Fatalf("from %v, want %v", from, m.state)
				}
				m = model{state: s}
			},
			"rebuild": func(t *rapid.T) {
				checks = [2][4]int{kinds.Draw(t, "active"), kinds.Draw(t, "passive")}
			},
			"": func(t *rapid.T) {
				c := condition(r.condition.Load())
				for k, want := range m.counters {
					// The counters of the record stop at 255, which no limit exceeds.
					if got := int(c.counter(kind(k))); got != min(want, 255) {
						t.Fatalf("counter %d is %d, want %d", k, got, want)
					}
				}
				if c.state() != m.state {
					t.Fatalf("state %v, want %v", c.state(), m.state)
				}
			},
		})
	})
}

func TestStateMachineByExample(t *testing.T) {
	type step struct {
		kind  kind
		limit byte
		want  State
	}
	tests := []struct {
		name  string
		steps []step
	}{
		{"failures need not be consecutive when successes do not count", []step{
			{tcpFailure, 3, MostlyHealthy}, {success, 0, MostlyHealthy}, {tcpFailure, 3, MostlyHealthy},
			{success, 0, MostlyHealthy}, {tcpFailure, 3, Unhealthy}, {success, 0, Unhealthy},
		}},
		{"a success that counts resets failures", []step{
			{tcpFailure, 2, MostlyHealthy}, {success, 2, MostlyHealthy}, {tcpFailure, 2, MostlyHealthy},
			{tcpFailure, 2, Unhealthy},
		}},
		{"failures of different kinds do not add up", []step{
			{tcpFailure, 2, MostlyHealthy}, {httpFailure, 2, MostlyHealthy}, {timeout, 2, MostlyHealthy}, {timeout, 2, Unhealthy},
		}},
		{"recovery", []step{
			{timeout, 1, Unhealthy}, {timeout, 1, Unhealthy}, {success, 3, MostlyUnhealthy}, {success, 3, MostlyUnhealthy},
			{httpFailure, 5, MostlyUnhealthy}, {success, 3, MostlyUnhealthy}, {success, 3, MostlyUnhealthy}, {success, 3, Healthy},
		}},
		{"a failure among successes can end it", []step{
			{timeout, 1, Unhealthy}, {success, 3, MostlyUnhealthy}, {timeout, 1, Unhealthy},
		}},
		{"each report has its own limit", []step{
			{tcpFailure, 10, MostlyHealthy}, {tcpFailure, 10, MostlyHealthy}, {tcpFailure, 3, Unhealthy},
		}},
		{"successes of a healthy address do nothing", []step{
			{success, 1, Healthy}, {success, 0, Healthy}, {tcpFailure, 0, Healthy},
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var r record
			for i, s := range test.steps {
				if _, to := r.report(s.kind, s.limit); to != s.want {
					t.Fatalf("step %d: %v, want %v", i+1, to, s.want)
				}
			}
		})
	}
}

func TestConcurrentReportsAreAllCounted(t *testing.T) {
	var r record
	var reporters sync.WaitGroup
	for range 4 {
		reporters.Go(func() {
			for range 60 {
				r.report(httpFailure, 255)
			}
		})
	}
	reporters.Wait()
	if n := condition(r.condition.Load()).counter(httpFailure); n != 240 {
		t.Errorf("counted %d, want 240", n)
	}
}

func TestOutcomesCountAs(t *testing.T) {
	j := newJudge(Criteria{
		HealthyStatuses: []int{200, 999, 404}, UnhealthyStatuses: []int{100, 404, 500, 5000, -1},
		Successes: 1, HTTPFailures: 2, TCPFailures: 3, Timeouts: 300,
	})
	tests := []struct {
		outcome Outcome
		kind    kind
		limit   byte
	}{
		{200, success, 1}, {999, success, 1}, {Connected, success, 1},
		{404, success, 1}, // in both lists
		{100, httpFailure, 2}, {500, httpFailure, 2}, {NoStatus, httpFailure, 2},
		{TCPFailure, tcpFailure, 3}, {Timeout, timeout, 255},
		{201, success, 0}, {503, success, 0}, {1023, success, 0}, {5000, success, 0}, {-100, success, 0},
	}
	for _, test := range tests {
		if k, limit := j.decide(test.outcome); k != test.kind || limit != test.limit {
			t.Errorf("outcome %d: kind %d with limit %d, want %d with %d", test.outcome, k, limit, test.kind, test.limit)
		}
	}
}
