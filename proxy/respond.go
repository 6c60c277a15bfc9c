package proxy

import (
	"errors"

	"github.com/kongo-gateway/kongo/proxy/message"
	"github.com/kongo-gateway/kongo/proxy/upstream"
)

// respond passes a response on to the client.
func (x *exchange) respond(response *upstream.Response) {
	switch {
	case response.Upgraded():
		x.switchProtocols(response)
		return
	case response.Bare():
		x.status = response.StatusCode()
		sent, err := x.client.StreamBare(response)
		x.finish(response, sent, err)
		return
	}
	x.status = response.StatusCode()
	x.filterHeader()
	x.client.Begin(x.status, response.Reason())
	x.sendResponseFields(response)
	sent, err := x.sendBody(response)
	x.finish(response, sent, err)
}

// sendBody ends the head of the response and sends the body.
func (x *exchange) sendBody(response *upstream.Response) (int64, error) {
	if string(x.req.Method) == "HEAD" || x.status == 204 || x.status == 304 {
		return 0, x.client.SendHead(announcedLength(response))
	}
	if data, whole := response.Whole(); whole {
		return int64(len(data)), x.client.Send(data)
	}
	prompt := x.terms.has(streamResponses) || x.server.opts.StreamResponses ||
		message.EqualFold(response.Value("x-accel-buffering"), "no")
	return x.client.Stream(response, response.ContentLength(), prompt)
}

// announcedLength returns the Content-Length of a response that has no body, or -1.
func announcedLength(response *upstream.Response) int64 {
	value := response.Value("content-length")
	if len(value) == 0 {
		return -1
	}
	length := int64(0)
	for _, c := range value { // it has been parsed before
		length = length*10 + int64(c-'0')
	}
	return length
}

// finish ends the exchange with the upstream server.
func (x *exchange) finish(response *upstream.Response, sent int64, err error) {
	x.sent = sent
	x.returnBody(response.Release(), true)
	if err == nil {
		return
	}
	x.client.Abort()
	var failure *upstream.Error
	if errors.As(err, &failure) && !failure.ClientFault() {
		x.server.opts.Log.Error("upstream server broke off a response", "error", failure, "request_id", x.RequestID())
		return
	}
	x.status = statusClientGone
}
