package proxy

import (
	"github.com/kongo-gateway/kongo/proxy/message"
	"github.com/kongo-gateway/kongo/proxy/upstream"
)

// wantsUpgrade tells whether the client asks for WebSocket, the only protocol to which connections are switched.
func wantsUpgrade(r *message.Request) bool {
	return r.Version == message.HTTP11 && r.Has(message.Upgrade) && message.EqualFold(r.Value(message.Upgrade), "websocket")
}

// switchProtocols passes on the answer of a server that has agreed to another protocol, and then relays bytes in both
// directions until either side has had enough.
func (x *exchange) switchProtocols(response *upstream.Response) {
	x.status = response.StatusCode()
	x.filterHeader()
	x.client.Begin(x.status, response.Reason())
	x.sendResponseFields(response)
	err := x.client.Switch()
	if err != nil {
		x.finish(response, 0, err)
		return
	}
	server, fromServer := response.Hijack()
	client, fromClient := x.client.Hijack()
	_, x.sent, err = x.server.pool.Relay(upstream.Tunnel{
		Client: client, Upstream: server,
		FromClient: fromClient, FromUpstream: fromServer,
		IdleTimeout:  x.service.timeouts.Read,
		WriteTimeout: x.service.timeouts.Write,
	})
	if err != nil {
		x.server.opts.Log.Debug("upgraded connection ended", "error", err, "request_id", x.RequestID())
	}
	_ = server.Close()
	response.Release()
}
