package node

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/kongo-gateway/kongo/admin"
	"github.com/kongo-gateway/kongo/listener"
)

// Limits of a connection to one of the APIs. Nginx: client_header_timeout, keepalive_timeout, large_client_header_buffers.
const (
	headerTimeout   = 60 * time.Second
	idleTimeout     = 75 * time.Second
	largestHeadSize = 4 * 8 << 10
)

// api is a server of the Admin or the status API.
type api struct {
	server  *http.Server
	serving sync.WaitGroup
}

// startAPIs starts the Admin and the status API on their sockets.
func (n *Node) startAPIs(context.Context) error {
	headers := n.config.EnabledHeaders()
	hostname, err := os.Hostname()
	if err != nil {
		return err
	}
	options := admin.Options{
		DB:          n.db,
		Database:    n.config.String("database"),
		Declarative: n.loader,
		Node: admin.Node{
			ID:            n.id,
			Process:       n.cluster.ID(),
			Hostname:      hostname,
			Version:       n.version,
			Configuration: configuration(n.config, n.plugins),
			Plugins:       describe(n.plugins),
			Master:        os.Getpid(),
			Workers:       []int{os.Getpid()},
		},
		Runtime:  (*processState)(n),
		LogLevel: n.logs,
		Cluster:  n.cluster,
		Balancer: n.proxy.Balancer,
		Metrics:  http.HandlerFunc(n.metrics),
		Latency:  headers["X-Kong-Admin-Latency"],
		Origins:  n.config.GUIOrigins(),
		MaxBody:  n.config.Size("nginx_admin_client_max_body_size"),
		Log:      n.logs.errors["admin"],
	}
	if headers["Server"] {
		options.Server = n.productVersion()
	}
	n.admin = admin.New(options)
	n.startAPI("admin", n.admin.Handler())
	n.startAPI("status", n.admin.StatusHandler())
	return nil
}

func (n *Node) startAPI(service string, handler http.Handler) {
	log := n.logs.errors[service]
	handler = lingering(handler)
	if access := n.logs.access[service]; access != nil {
		handler = logged(handler, access)
	}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(n.speaksHTTP2(service))
	protocols.SetUnencryptedHTTP2(n.speaksHTTP2(service))
	a := &api{server: &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: headerTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    largestHeadSize,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelInfo), // what clients get wrong
		Protocols:         protocols,
	}}
	for _, socket := range n.sockets.Sockets(service) {
		a.serve(socket, n.tls[service], log)
	}
	n.apis = append(n.apis, a)
	n.onClose("the "+service+" API", a.close)
}

func (a *api) serve(socket *listener.Socket, c *certificates, log *slog.Logger) {
	var l net.Listener = socket
	if socket.Spec().TLS {
		l = tls.NewListener(socket, c.config())
	}
	a.serving.Go(func() {
		if err := a.server.Serve(l); !errors.Is(err, http.ErrServerClosed) && !errors.Is(err, net.ErrClosed) {
			log.Error("an API serves no more", "address", socket.Addr().String(), "error", err)
		}
	})
}

// shutdown waits for the requests in flight. Those that are left when the context is done are cut off.
func (a *api) shutdown(ctx context.Context) {
	if a.server.Shutdown(ctx) != nil {
		_ = a.server.Close()
	}
}

func (a *api) close() error {
	err := a.server.Close()
	a.serving.Wait()
	if errors.Is(err, net.ErrClosed) { // the sockets may have been closed before
		err = nil
	}
	return err
}
