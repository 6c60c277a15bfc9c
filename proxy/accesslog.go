package proxy

import (
	"bytes"
	"encoding/base64"
	"slices"

	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/proxy/message"
	"github.com/kongo-gateway/kongo/telemetry"
)

// log ends an exchange: the plugins of the log phase run and the access log gets its line.
func (x *exchange) log() {
	if x.chain != nil {
		for _, step := range x.chain.Log {
			if err := step.Handler.Log(x); err != nil {
				x.pluginFailed(step.Plugin, plugin.Log, err)
			}
		}
	}
	if x.server.opts.AccessLog == nil {
		return
	}
	x.server.opts.AccessLog.Append(&telemetry.Entry{
		RemoteAddr: x.remote,
		RemoteUser: x.basicUser(),
		Time:       x.server.wall.time(x.now()),
		Method:     x.req.Method,
		URI:        x.req.Target,
		Protocol:   protocolText(x.req.Version),
		Status:     x.status,
		BodyBytes:  x.sent,
		Referer:    x.req.Value(message.Referer),
		UserAgent:  x.req.Value(message.UserAgent),
		RequestID:  x.id[:],
	})
}

// basicUser returns the name that a client gives for basic authentication, whether or not it is somebody's; nil if it gives
// none. Kong 3.9: nginx remote_user.
func (x *exchange) basicUser() []byte {
	scheme, credentials, _ := bytes.Cut(x.req.Value(message.Authorization), []byte(" "))
	if !message.EqualFold(scheme, "basic") {
		return nil
	}
	credentials = message.Trim(credentials)
	x.scratch = slices.Grow(x.scratch[:0], base64.StdEncoding.DecodedLen(len(credentials)))
	n, err := base64.StdEncoding.Decode(x.scratch[:cap(x.scratch)], credentials)
	if err != nil {
		return nil
	}
	user, _, ok := bytes.Cut(x.scratch[:n], []byte(":"))
	if !ok {
		return nil
	}
	return user
}

func protocolText(v message.Version) []byte {
	switch v {
	case message.HTTP10:
		return []byte("HTTP/1.0")
	case message.HTTP11:
		return []byte("HTTP/1.1")
	case message.HTTP2:
		return []byte("HTTP/2.0")
	}
	return nil
}
