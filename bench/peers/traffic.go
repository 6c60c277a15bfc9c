package peers

import (
	"strings"
	"time"
)

// loaded runs a load against a proxy and returns it when it has run.
type loaded func(p *proxy, duration time.Duration) (*load, error)

// saturatedLoad keeps connections busy all the time.
func saturatedLoad(connections int, request maker) loaded {
	return func(p *proxy, duration time.Duration) (*load, error) {
		l, err := newLoad(p.plain, connections, request(p))
		if err != nil {
			return nil, err
		}
		defer l.close()
		return l, l.saturate(duration)
	}
}

// saturated counts the requests of such a load.
func saturated(connections int, request maker) measurement {
	return counted(saturatedLoad(connections, request))
}

// steady sends so many requests a second.
func steady(connections, rate int, request maker) measurement {
	return counted(func(p *proxy, duration time.Duration) (*load, error) {
		l, err := newLoad(p.plain, connections, request(p))
		if err != nil {
			return nil, err
		}
		defer l.close()
		return l, l.steadily(rate, duration)
	})
}

// tunnelled sends bytes through upgraded connections and waits for them to come back.
func tunnelled(connections, size int) loaded {
	upgrade := []byte("GET " + pathEcho + " HTTP/1.1\r\nHost: example.com\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
	frame := []byte(strings.Repeat("w", size))
	return func(p *proxy, duration time.Duration) (*load, error) {
		l, err := newLoad(p.plain, connections, always(frame)(p))
		if err != nil {
			return nil, err
		}
		defer l.close()
		if err := l.upgrade(upgrade, size); err != nil {
			return nil, err
		}
		return l, l.saturate(duration)
	}
}

func counted(run loaded) measurement {
	return func(p *proxy, duration time.Duration) (float64, error) {
		l, err := run(p, duration)
		if err != nil {
			return 0, err
		}
		return float64(l.completed), nil
	}
}

func moved(run loaded) measurement {
	return func(p *proxy, duration time.Duration) (float64, error) {
		l, err := run(p, duration)
		if err != nil {
			return 0, err
		}
		return float64(l.bytes) / 1e9, nil
	}
}
