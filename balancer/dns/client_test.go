package dns_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/kongo-gateway/kongo/balancer/dns"
)

// source is a resolver whose answers a test sets. A query takes as long as delay says.
type source struct {
	mu      sync.Mutex
	answer  dns.Answer
	err     error
	delay   time.Duration
	queries int
}

// newSource returns a source that finds nothing.
func newSource() *source { return &source{err: dns.ErrNotFound} }

func (s *source) Lookup(ctx context.Context, name string) (dns.Answer, error) {
	s.mu.Lock()
	s.queries++
	answer, err, delay := s.answer, s.err, s.delay
	s.mu.Unlock()
	select {
	case <-time.After(delay):
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil {
		return dns.Answer{}, &dns.Error{Name: name, Err: err}
	}
	return answer, nil
}

func (s *source) set(ttl time.Duration, addrs ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer, s.err = dns.Answer{Type: dns.A, TTL: ttl}, nil
	for _, addr := range addrs {
		s.answer.Addrs = append(s.answer.Addrs, netip.MustParseAddr(addr))
	}
}

func (s *source) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
}

func (s *source) take(delay time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.delay = delay
}

func (s *source) asked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.queries
}

// kongTTLs are the defaults of kong.conf.
func kongTTLs(s *source) dns.Options {
	return dns.Options{Source: s, StaleTTL: time.Hour, NotFoundTTL: 30 * time.Second, ErrorTTL: time.Second}
}

var errServer = errors.New("server misbehaving")

// lookup returns the answer in one line, which is what the tests below compare.
func lookup(t *testing.T, c *dns.Client) string {
	t.Helper()
	answer, err := c.Lookup(t.Context(), "name.test")
	synctest.Wait() // so that a query in the background has ended, if it takes no time
	if err != nil {
		return err.Error()
	}
	return fmt.Sprint(answer.Addrs, " ", answer.TTL)
}

func expect(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %s, want %s", what, got, want)
	}
}

const notFound = "resolve name.test: dns server error: 3 name error"

func TestAnswersLiveForTheirTTL(t *testing.T) {
	tests := []struct {
		name          string
		ttl, validTTL time.Duration
		want          time.Duration
	}{
		{"as the source says", 20 * time.Second, 0, 20 * time.Second},
		{"unknown", dns.UnknownTTL, 0, 5 * time.Second},
		{"overridden", 20 * time.Second, 7 * time.Second, 7 * time.Second},
		{"unknown and overridden", dns.UnknownTTL, 7 * time.Second, 7 * time.Second},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newSource()
				s.set(test.ttl, "10.0.0.1")
				options := kongTTLs(s)
				options.ValidTTL = test.validTTL
				c := newClient(t, options)
				expect(t, "first", lookup(t, c), fmt.Sprint("[10.0.0.1] ", test.want))
				s.set(test.ttl, "10.0.0.2")
				time.Sleep(test.want - time.Nanosecond)
				expect(t, "at the end", lookup(t, c), "[10.0.0.1] 1ns")
				if n := s.asked(); n != 1 {
					t.Errorf("%d queries, want 1", n)
				}
				time.Sleep(time.Nanosecond)
				expect(t, "past its time", lookup(t, c), "[10.0.0.1] 0s")
				expect(t, "renewed", lookup(t, c), fmt.Sprint("[10.0.0.2] ", test.want))
			})
		})
	}
}

func TestFailureLeavesTheLastAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSource()
		s.set(10*time.Second, "10.0.0.1")
		c := newClient(t, kongTTLs(s))
		lookup(t, c)
		s.fail(errServer)
		for range 100 {
			time.Sleep(30 * time.Second)
			if got := lookup(t, c); got != "[10.0.0.1] 0s" && got != "[10.0.0.1] 1s" {
				t.Fatalf("while stale: got %s", got)
			}
		}
		time.Sleep(11 * time.Minute) // now the answer is more than an hour past its time
		expect(t, "too stale", lookup(t, c), "resolve name.test: server misbehaving")
		time.Sleep(time.Second)
		s.set(10*time.Second, "10.0.0.2")
		expect(t, "recovered", lookup(t, c), "[10.0.0.2] 10s")
	})
}

func TestStaleAnswerEndsOnTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSource()
		s.set(10*time.Second, "10.0.0.1")
		options := kongTTLs(s)
		options.StaleTTL, options.ErrorTTL = 4*time.Second, time.Minute
		c := newClient(t, options)
		lookup(t, c)
		s.fail(errServer)
		time.Sleep(10 * time.Second)
		expect(t, "stale", lookup(t, c), "[10.0.0.1] 0s")
		time.Sleep(4 * time.Second)
		expect(t, "too stale", lookup(t, c), "resolve name.test: server misbehaving")
	})
}

func TestNotFoundReplacesTheLastAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSource()
		s.set(10*time.Second, "10.0.0.1")
		c := newClient(t, kongTTLs(s))
		lookup(t, c)
		s.fail(dns.ErrNotFound)
		time.Sleep(10 * time.Second)
		lookup(t, c)
		expect(t, "gone", lookup(t, c), notFound)
	})
}

func TestFailuresAreRemembered(t *testing.T) {
	tests := []struct {
		name string
		err  error
		text string
		life time.Duration
	}{
		{"not found", dns.ErrNotFound, notFound, 30 * time.Second},
		{"server failure", errServer, "resolve name.test: server misbehaving", time.Second},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newSource()
				s.fail(test.err)
				c := newClient(t, kongTTLs(s))
				expect(t, "first", lookup(t, c), test.text)
				s.set(time.Minute, "10.0.0.1")
				time.Sleep(test.life - time.Nanosecond)
				expect(t, "remembered", lookup(t, c), test.text)
				time.Sleep(time.Nanosecond)
				expect(t, "asked again", lookup(t, c), "[10.0.0.1] 1m0s")
				if n := s.asked(); n != 2 {
					t.Errorf("%d queries, want 2", n)
				}
			})
		})
	}
}

func TestAnswerWithoutAddressesIsNotFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSource()
		s.set(time.Minute)
		c := newClient(t, kongTTLs(s))
		expect(t, "empty", lookup(t, c), notFound)
	})
}

func TestEqualQueriesAreShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSource()
		s.set(time.Minute, "10.0.0.1")
		s.take(time.Second)
		c := newClient(t, kongTTLs(s))
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				if _, err := c.Host("name.test").Pick(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := s.asked(); n != 1 {
			t.Errorf("%d queries, want 1", n)
		}
	})
}

func TestWaitEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSource()
		s.set(time.Minute, "10.0.0.1")
		s.take(5 * time.Second)
		c := newClient(t, kongTTLs(s))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := c.Lookup(ctx, "name.test"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want %v", err, context.DeadlineExceeded)
		}
		time.Sleep(4 * time.Second) // the query goes on for the next one who asks
		synctest.Wait()
		expect(t, "afterwards", lookup(t, c), "[10.0.0.1] 1m0s")
	})
}

func TestQueryIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSource()
		s.take(time.Hour)
		c := newClient(t, kongTTLs(s))
		before := time.Now()
		if _, err := c.Lookup(t.Context(), "name.test"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want %v", err, context.DeadlineExceeded)
		}
		if waited := time.Since(before); waited != 10*time.Second {
			t.Errorf("waited %v, want 10s", waited)
		}
	})
}

func TestCacheSize(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSource()
		s.set(time.Hour, "10.0.0.1")
		options := kongTTLs(s)
		options.CacheSize = 3
		c := newClient(t, options)
		first := c.Host("n0.test")
		for i := range 10 {
			if _, err := c.Lookup(t.Context(), fmt.Sprintf("n%d.test", i)); err != nil {
				t.Fatal(err)
			}
		}
		kept := s.asked()
		for i := range 10 {
			if _, err := c.Lookup(t.Context(), fmt.Sprintf("n%d.test", i)); err != nil {
				t.Fatal(err)
			}
		}
		if again := s.asked() - kept; again < 7 {
			t.Errorf("%d of 10 names had been forgotten, want at least 7", again)
		}
		if _, err := first.Pick(t.Context()); err != nil {
			t.Errorf("handle on a forgotten name: %v", err)
		}
	})
}

func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSource()
		s.set(10*time.Second, "10.0.0.1")
		c, err := dns.New(kongTTLs(s))
		if err != nil {
			t.Fatal(err)
		}
		expect(t, "open", lookup(t, c), "[10.0.0.1] 10s")
		s.take(time.Minute)
		failed := make(chan error, 1)
		go func() {
			_, err := c.Lookup(t.Context(), "slow.test")
			failed <- err
		}()
		synctest.Wait()
		c.Close()
		if err := <-failed; !errors.Is(err, dns.ErrClosed) {
			t.Errorf("query under way: got %v, want %v", err, dns.ErrClosed)
		}
		time.Sleep(10 * time.Second)
		expect(t, "closed", lookup(t, c), "[10.0.0.1] 0s")
		if _, err := c.Lookup(t.Context(), "other.test"); !errors.Is(err, dns.ErrClosed) {
			t.Errorf("new name: got %v, want %v", err, dns.ErrClosed)
		}
		c.Close()
	})
}
