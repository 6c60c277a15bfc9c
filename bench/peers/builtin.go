package peers

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/netip"
	"net/url"
	"os"
	"os/exec"
	"runtime"
	"time"

	"github.com/valyala/fasthttp"
)

// Roles in which the program starts itself once more, as its first argument.
const (
	roleUpstream = "upstream"
	roleFastHTTP = "fasthttp"
	roleNetHTTP  = "nethttp"
)

// Role plays the part that the arguments name, until the process ends, and reports whether they name one.
func Role(arguments []string) (bool, error) {
	if len(arguments) == 0 {
		return false, nil
	}
	switch role := arguments[0]; {
	case role == roleUpstream && len(arguments) == 2:
		address, err := netip.ParseAddrPort(arguments[1])
		if err != nil {
			return true, err
		}
		return true, serveUpstream(address)
	case (role == roleFastHTTP || role == roleNetHTTP) && len(arguments) == 6:
		runtime.GOMAXPROCS(1)
		return true, serveBuiltin(role, arguments[1], arguments[2], arguments[3], arguments[4], arguments[5])
	}
	return false, nil
}

// startBuiltin returns how a reverse proxy of this package is started.
func startBuiltin(role string) start {
	return func(s site) (*proxy, error) {
		addresses, err := freeAddresses(2)
		if err != nil {
			return nil, err
		}
		self, err := os.Executable()
		if err != nil {
			return nil, err
		}
		command := exec.Command(self, role, addresses[0].String(), addresses[1].String(), s.certificate, s.key, s.upstream.String())
		p, err := launch(proxyProcessor(), command, firstRequest, addresses...)
		if err != nil {
			return nil, err
		}
		return &proxy{plain: addresses[0], tls: addresses[1], process: p}, nil
	}
}

// serveBuiltin is the process of such a proxy.
func serveBuiltin(role, plain, secured, certificate, key, server string) error {
	pair, err := tls.LoadX509KeyPair(certificate, key)
	if err != nil {
		return fmt.Errorf("certificate: %w", err)
	}
	plainListener, err1 := net.Listen("tcp4", plain)
	securedListener, err2 := tls.Listen("tcp4", secured, &tls.Config{
		Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS13,
	})
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	serve := serveNetHTTP
	if role == roleFastHTTP {
		serve = serveFastHTTP
	}
	failed := make(chan error, 2)
	for _, l := range []net.Listener{plainListener, securedListener} {
		go func() { failed <- serve(l, server) }()
	}
	return <-failed
}

func serveFastHTTP(l net.Listener, server string) error {
	client := &fasthttp.HostClient{
		Addr: server, MaxConns: 4096, MaxIdleConnDuration: time.Hour,
		NoDefaultUserAgentHeader: true, DisableHeaderNamesNormalizing: true, DisablePathNormalizing: true,
	}
	return (&fasthttp.Server{
		NoDefaultServerHeader: true, NoDefaultDate: true, DisableHeaderNamesNormalizing: true,
		Handler: func(c *fasthttp.RequestCtx) {
			c.Request.Header.Del("Connection")
			if c.IsTLS() {
				c.Request.URI().SetScheme("http")
			}
			if err := client.Do(&c.Request, &c.Response); err != nil {
				c.Error(err.Error(), http.StatusBadGateway)
				return
			}
			c.Response.Header.Del("Connection")
		},
	}).Serve(l)
}

func serveNetHTTP(l net.Listener, server string) error {
	target := &url.URL{Scheme: "http", Host: server}
	return http.Serve(l, &httputil.ReverseProxy{
		Rewrite:   func(r *httputil.ProxyRequest) { r.SetURL(target) },
		Transport: &http.Transport{MaxIdleConnsPerHost: 4096, DisableCompression: true},
		ErrorLog:  log.New(os.Stderr, "", 0),
	})
}
