package node

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/kongo-gateway/kongo/conf"
	"github.com/kongo-gateway/kongo/listener"
)

// A busy address is tried five times, half a second apart. Nginx: listening sockets.
const (
	bindAttempts = 5
	bindPause    = 500 * time.Millisecond
)

// openSockets opens all listening sockets of the node.
func (n *Node) openSockets(ctx context.Context) error {
	var specs []listener.Spec
	for _, service := range services {
		for _, l := range n.config.Listeners(service + "_listen") {
			spec, err := specOf(service, l)
			if err != nil {
				return fmt.Errorf("%s_listen: %w", service, err)
			}
			specs = append(specs, spec)
		}
	}
	var lines []string
	for attempt := 1; ; attempt++ {
		var err error
		if n.sockets, err = listener.Open(ctx, specs, listener.Options{Logger: n.log, Inherited: n.inherited}); err == nil {
			n.inherited = nil
			n.onClose("the listening sockets", n.sockets.Close)
			return nil
		}
		for line := range strings.Lines(err.Error()) {
			lines = append(lines, "nginx: [emerg] "+strings.TrimSuffix(line, "\n"))
		}
		if !errors.Is(err, syscall.EADDRINUSE) {
			return &socketError{lines, err}
		}
		if attempt == bindAttempts {
			return &socketError{append(lines, "nginx: [emerg] still could not bind()"), err}
		}
		if err := pause(ctx, bindPause); err != nil {
			return err
		}
	}
}

// socketError says in nginx's words why the sockets could not be opened.
type socketError struct {
	lines []string
	cause error
}

func (e *socketError) Error() string { return strings.Join(e.lines, "\n") }
func (e *socketError) Unwrap() error { return e.cause }

// pause waits, or ends early with the error of the context.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}

// specOf translates one item of a listen setting.
func specOf(service string, l conf.Listener) (listener.Spec, error) {
	has := func(flag string) bool { _, ok := l.Flag(flag); return ok }
	spec := listener.Spec{
		Name:          service,
		Address:       l.Host + ":" + strconv.Itoa(l.Port),
		TLS:           l.SSL,
		HTTP2:         l.HTTP2,
		ProxyProtocol: l.ProxyProtocol,
		Bind:          has("bind"),
		Reuseport:     has("reuseport"),
		Deferred:      has("deferred"),
	}
	if text, ok := l.Flag("backlog"); ok {
		backlog, err := strconv.Atoi(text)
		if err != nil {
			return spec, fmt.Errorf("backlog: %w", err)
		}
		spec.Backlog = backlog
	}
	if text, ok := l.Flag("ipv6only"); ok {
		only := text == "on"
		spec.IPv6Only = &only
	}
	if text, ok := l.Flag("so_keepalive"); ok {
		probes, err := keepAliveOf(text)
		if err != nil {
			return spec, fmt.Errorf("invalid so_keepalive value: %q: %w", text, err)
		}
		spec.KeepAlive = probes
	}
	return spec, nil
}

// keepAliveOf reads on, off or idle:interval:count, of which each part may be missing. Nginx: listen, so_keepalive.
func keepAliveOf(text string) (*listener.KeepAlive, error) {
	parts := strings.Split(text, ":")
	if len(parts) != 3 {
		return &listener.KeepAlive{Enabled: text == "on"}, nil
	}
	probes := &listener.KeepAlive{Enabled: true}
	for i, part := range parts {
		if part == "" {
			continue
		}
		var err error
		switch i {
		case 0:
			probes.Idle, err = seconds(part)
		case 1:
			probes.Interval, err = seconds(part)
		case 2:
			probes.Count, err = strconv.Atoi(part)
		}
		if err != nil {
			return nil, err
		}
	}
	return probes, nil
}

// seconds reads a time as nginx does: with units, or in seconds.
func seconds(text string) (time.Duration, error) {
	if n, err := strconv.Atoi(text); err == nil {
		return time.Duration(n) * time.Second, nil
	}
	return time.ParseDuration(text)
}
