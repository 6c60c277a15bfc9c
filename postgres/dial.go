package postgres

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"sync"
	"time"
)

// dialer opens the sockets to one server. It asks for TLS itself: the fallback of pgx to a connection in the clear would
// also follow a certificate that is not trusted.
type dialer struct {
	server Server
	log    *slog.Logger
	warn   sync.Once
}

func (d *dialer) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	if err != nil || !d.server.TLS || network == "unix" {
		return conn, err
	}
	secured, err := d.secure(ctx, conn)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("TLS: %w", err), conn.Close())
	}
	return secured, nil
}

// sslRequest is the message that asks for TLS: its length and a code.
var sslRequest = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, 8), 80877103)

func (d *dialer) secure(ctx context.Context, conn net.Conn) (net.Conn, error) {
	deadline, _ := ctx.Deadline()
	if err := conn.SetDeadline(deadline); err != nil {
		return nil, err
	}
	if _, err := conn.Write(sslRequest); err != nil {
		return nil, err
	}
	// Exactly one byte is read: what else came along in the clear would be taken for part of the encrypted stream.
	var answer [1]byte
	if _, err := io.ReadFull(conn, answer[:]); err != nil {
		return nil, err
	}
	switch answer[0] {
	case 'N':
		d.warn.Do(func() {
			d.log.Warn("the database server offers no TLS; talking to it in the clear", "host", d.server.Host)
		})
	case 'S':
		secured := tls.Client(conn, d.config())
		if err := secured.HandshakeContext(ctx); err != nil {
			return nil, err
		}
		conn = secured
	default:
		return nil, fmt.Errorf("unexpected answer %q", answer)
	}
	return conn, conn.SetDeadline(time.Time{})
}

// config names the server, for what listens in front of it, but verifies no name.
func (d *dialer) config() *tls.Config {
	config := &tls.Config{ServerName: d.server.Host, InsecureSkipVerify: true}
	if d.server.VerifyTLS {
		config.VerifyConnection = d.verify
	}
	return config
}

func (d *dialer) verify(state tls.ConnectionState) error {
	options := x509.VerifyOptions{Roots: d.server.Roots, Intermediates: x509.NewCertPool()}
	for _, c := range state.PeerCertificates[1:] {
		options.Intermediates.AddCert(c)
	}
	_, err := state.PeerCertificates[0].Verify(options)
	return err
}
