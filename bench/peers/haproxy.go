package peers

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// haproxyConfiguration takes the two listen addresses, the file with certificate and key, and the upstream server.
const haproxyConfiguration = `
global
    nbthread 1
    maxconn 8192
defaults
    mode http
    timeout client 600s
    timeout server 600s
    timeout connect 5s
    timeout tunnel 600s
    http-reuse always
frontend all
    bind %s
    bind %s ssl crt %s ssl-min-ver TLSv1.3
    default_backend server
backend server
    server server %s
`

func startHAProxy(s site) (*proxy, error) {
	addresses, err := freeAddresses(2)
	if err != nil {
		return nil, err
	}
	certificate, err1 := os.ReadFile(s.certificate)
	key, err2 := os.ReadFile(s.key)
	both := filepath.Join(s.directory, "both.pem")
	err3 := os.WriteFile(both, append(certificate, key...), 0o600)
	file := filepath.Join(s.directory, "haproxy.cfg")
	text := fmt.Sprintf(haproxyConfiguration, addresses[0], addresses[1], both, s.upstream)
	err4 := os.WriteFile(file, []byte(text), 0o600)
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return nil, err
	}
	p, err := launch(proxyProcessor(), exec.Command("haproxy", "-db", "-f", file), firstRequest, addresses...)
	if err != nil {
		return nil, err
	}
	return &proxy{plain: addresses[0], tls: addresses[1], process: p}, nil
}
