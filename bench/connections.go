package bench

import (
	"net"
	"sync"
)

// connections are those that a listener has accepted.
type connections struct {
	listener net.Listener
	serving  sync.WaitGroup

	mu   sync.Mutex
	open map[net.Conn]bool
	done bool
}

func (s *connections) accept(serve func(net.Conn)) {
	for {
		c, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.open[c] = true
		if s.done {
			c.Close()
		}
		s.mu.Unlock()
		s.serving.Go(func() {
			serve(c)
			c.Close()
			s.mu.Lock()
			delete(s.open, c)
			s.mu.Unlock()
		})
	}
}

// close ends all connections and waits for what serves them.
func (s *connections) close() {
	s.listener.Close()
	s.mu.Lock()
	s.done = true
	for c := range s.open {
		c.Close()
	}
	s.mu.Unlock()
	s.serving.Wait()
}
