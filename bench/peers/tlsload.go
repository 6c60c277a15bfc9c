package peers

import (
	"crypto/tls"
	"sync"
	"sync/atomic"
	"time"
)

// encrypted keeps TLS connections busy all the time and counts the requests. Session tickets are off, so that nothing but
// requests is compared.
func encrypted(connections int, request maker) measurement {
	return func(p *proxy, duration time.Duration) (float64, error) {
		var (
			completed atomic.Int64
			failed    = make(chan error, connections)
			clients   sync.WaitGroup
			next      = request(p)(nil)
			end       = time.Now().Add(duration)
		)
		for range connections {
			clients.Go(func() {
				if err := encryptedClient(p.tls.String(), next, end, &completed); err != nil {
					failed <- err
				}
			})
		}
		clients.Wait()
		select {
		case err := <-failed:
			return 0, err
		default:
			return float64(completed.Load()), nil
		}
	}
}

func encryptedClient(address string, request []byte, end time.Time, completed *atomic.Int64) error {
	conn, err := tls.Dial("tcp", address, &tls.Config{
		InsecureSkipVerify: true, MinVersion: tls.VersionTLS13, SessionTicketsDisabled: true, //nolint:gosec // a measurement
	})
	if err != nil {
		return err
	}
	defer conn.Close()
	var c loadConnection
	buffer := make([]byte, 16<<10)
	for time.Now().Before(end) {
		if err := c.exchange(conn, request, buffer); err != nil {
			return err
		}
		completed.Add(1)
	}
	return nil
}
