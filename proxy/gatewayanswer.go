package proxy

// sendAnswer sends what the gateway answers by itself.
//
// Kong 3.9: error responses made by the core and by plugins.
func (x *exchange) sendAnswer() {
	a := &x.answer
	x.status = a.status
	x.filterHeader()
	x.client.Begin(a.status, nil)
	x.client.Field("Date", x.server.wall.at(x.now()).date)

	x.scratch = x.scratch[:0]
	switch a.extra {
	case redirectToTLS:
	case refuseGRPC:
		x.client.Field("Content-Type", []byte("application/grpc"))
	default:
		message := a.message
		if message == "" {
			message = answerMessages[a.status]
		}
		format := answerFormat(x.req)
		template := &x.server.templates[format]
		x.client.Field("Content-Type", template.contentType)
		x.body = template.append(x.body[:0], message, x.id[:])
	}
	x.sendExtra()
	x.sendOwnFields()
	x.sendWhole(x.body)
}

// sendPage sends the page for a request that failed within the HTTP layer, or at an upstream server.
//
// Kong 3.9: error responses, the error page.
func (x *exchange) sendPage(status int) {
	message := pageMessage(status)
	x.status = status
	if status == 494 {
		x.status = 400
	}
	switch x.status {
	case 400, 413, 414, 500, 501: // Kong 3.9: nginx, error pages that end the connection
		x.client.Last()
	}
	x.filterHeader()
	x.client.Begin(x.status, nil)
	x.client.Field("Date", x.server.wall.at(x.now()).date)
	format, compact := x.server.pageFormat(x.req)
	if compact {
		x.body = append(append(append(x.body[:0], `{"message":"`...), message...), `"}`...)
	} else {
		x.body = x.server.templates[format].append(x.body[:0], message, x.id[:])
	}
	x.client.Field("Content-Type", x.server.templates[format].contentType)
	x.sendOwnFields()
	x.sendWhole(x.body)
}

// sendOwnFields adds to a response of the gateway what is said of it.
func (x *exchange) sendOwnFields() {
	x.sendDebugFields()
	if x.proxied {
		x.sendProxiedFields(nil, 0)
	} else if x.server.headers.responseLatency {
		x.sendMilliseconds("X-Kong-Response-Latency", x.now()-x.began)
	}
	x.sendServer()
	x.sendRequestID()
}

func (x *exchange) sendWhole(body []byte) {
	x.sent = int64(len(body))
	if string(x.req.Method) == "HEAD" {
		x.sent = 0
	}
	if err := x.client.Send(body); err != nil {
		x.client.Abort()
	}
}
