package balancer

import (
	"bufio"
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"maps"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Types of active checks that are told apart. What is neither is probed over plain HTTP.
const (
	typeTCP   = "tcp"
	typeHTTPS = "https"
	typeGRPCS = "grpcs"
)

// defaultTimeout stands in for a timeout of 0. Kong 3.9: lua_socket_connect_timeout and its like.
const defaultTimeout = 60 * time.Second

// maxStatusLine bounds what is read of an answer, in bytes.
const maxStatusLine = 4096

// prober sends probes as the active checks of an upstream say. Kong 3.9: health checks, active probes.
type prober struct {
	timeout    time.Duration // of each step
	tcp        bool          // a connection says it all
	head       string        // of the request, up to the Host line
	hostHeader string        // empty for the address's name
	ownHost    bool          // head has a Host line
	tls        *tls.Config   // nil without TLS; the server name is added for each probe
	serverName string        // empty for the Host
}

func newProber(u *Upstream, roots *x509.CertPool) *prober {
	checks := &u.Healthchecks.Active
	p := &prober{
		timeout:    cmp.Or(checks.Timeout, defaultTimeout),
		tcp:        checks.Type == typeTCP,
		hostHeader: u.HostHeader,
		serverName: checks.HTTPSSNI,
	}
	var head strings.Builder
	fmt.Fprintf(&head, "GET %s HTTP/1.0\r\n", cmp.Or(checks.HTTPPath, "/"))
	for _, name := range slices.Sorted(maps.Keys(checks.Headers)) {
		p.ownHost = p.ownHost || strings.EqualFold(name, "Host")
		for _, value := range checks.Headers[name] {
			fmt.Fprintf(&head, "%s: %s\r\n", name, value)
		}
	}
	p.head = head.String()
	if checks.Type == typeHTTPS || checks.Type == typeGRPCS {
		p.tls = &tls.Config{RootCAs: roots, InsecureSkipVerify: !checks.HTTPSVerifyCertificate}
		if u.ClientCertificate != nil {
			p.tls.Certificates = []tls.Certificate{*u.ClientCertificate}
		}
	}
	return p
}

// probe asks an address how it is. When ctx ends it does so at once, with an outcome that means nothing.
func (p *prober) probe(ctx context.Context, a *Address) Outcome {
	dialer := net.Dialer{Timeout: p.timeout}
	conn, err := dialer.DialContext(ctx, "tcp", a.AddrPort.String())
	if err != nil {
		return failure(err)
	}
	defer conn.Close()
	if p.tcp {
		return Connected
	}
	defer context.AfterFunc(ctx, func() { conn.Close() })()

	host := cmp.Or(p.hostHeader, a.Name)
	if p.tls != nil {
		secured := tls.Client(conn, p.tlsConfig(host))
		p.nextStep(conn)
		if err := secured.HandshakeContext(ctx); err != nil {
			return TCPFailure
		}
		conn = secured
	}
	p.nextStep(conn)
	if _, err := conn.Write([]byte(p.request(host))); err != nil {
		return failure(err)
	}
	p.nextStep(conn)
	line, err := bufio.NewReaderSize(conn, maxStatusLine).ReadSlice('\n')
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		return NoStatus
	case err != nil:
		return failure(err)
	}
	return statusOf(string(line))
}

// nextStep gives the next step its time. A connection that takes no deadline fails at the step itself.
func (p *prober) nextStep(conn net.Conn) { _ = conn.SetDeadline(time.Now().Add(p.timeout)) }

func (p *prober) request(host string) string {
	if p.ownHost {
		return p.head + "\r\n"
	}
	return p.head + "Host: " + host + "\r\n\r\n"
}

func (p *prober) tlsConfig(host string) *tls.Config {
	config := p.tls.Clone()
	config.ServerName = p.serverName
	if config.ServerName == "" {
		config.ServerName = withoutPort(host)
	}
	return config
}

// withoutPort returns the host of a Host header, an IPv6 address without its brackets.
func withoutPort(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return strings.Trim(host, "[]")
}

func failure(err error) Outcome {
	var netErr net.Error
	if errors.As(err, &netErr) && netErr.Timeout() {
		return Timeout
	}
	return TCPFailure
}

// statusOf reads the status from the first line of an answer.
func statusOf(line string) Outcome {
	version, rest, _ := strings.Cut(line, " ")
	rest = strings.TrimLeft(rest, " ")
	if !strings.HasPrefix(version, "HTTP/") || len(rest) < 3 {
		return NoStatus
	}
	status, err := strconv.ParseUint(rest[:3], 10, 16)
	if err != nil {
		return NoStatus
	}
	return Outcome(status)
}
